// Turns build/ into ../dist/, which is committed and embedded in the binary.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from '../pack.mjs';

const app = dirname(fileURLToPath(import.meta.url));

pack({
  app,
  build: join(app, 'build'),
  dist: process.env.ONRECORD_DIST || join(app, '..', 'dist'),
  intro:
    'The GraphiQL page of onrecord contains the following packages, and the fonts\n' +
    'Roboto (Apache-2.0) and Fira Code (OFL-1.1), which come with graphiql.\n',
  // Some packages are published without the licence file of their repository; the
  // same file comes with another package from there.
  sibling(name) {
    if (name.startsWith('@graphiql/')) return 'graphiql';
    return { 'react-compiler-runtime': 'react', 'react-remove-scroll-bar': 'react-remove-scroll' }[name] ?? name;
  },
});
