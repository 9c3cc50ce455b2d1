// Builds each island into one file that loads nothing further, and packs them
// into dist/, which is committed and embedded. The server adds a hash of the
// content to a file's name; here the names stay, so that a change shows as one.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { pack } from '../pack.mjs';

const app = dirname(fileURLToPath(import.meta.url));
const out = join(app, 'build');
const islands = ['copy', 'graph', 'live', 'review', 'suggest'];

rmSync(out, { recursive: true, force: true });
for (const name of islands) {
  await build({
    root: app,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: out,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      chunkSizeWarningLimit: 1000,
      reportCompressedSize: false,
      rolldownOptions: {
        input: join(app, 'src', `${name}.ts`),
        output: { entryFileNames: '[name].js', codeSplitting: false },
      },
    },
  });
}

pack({
  app,
  build: out,
  dist: process.env.ONRECORD_ISLANDS_DIST || join(app, 'dist'),
  intro: 'The graph of onrecord, graph.js, contains the following packages.\n',
});
