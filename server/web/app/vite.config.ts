import { defineConfig } from 'vite';

// The page lives at /graphiql, so everything it loads lives below /graphiql/.
// No file is inlined as a blob or data URL beyond what the libraries' own CSS
// holds: the page runs under a policy with script-src and worker-src 'self'.
export default defineConfig({
  base: '/graphiql/',
  build: {
    outDir: 'build',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 6000,
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" means nothing in a bundle that only ever runs in a browser.
      checks: { moduleLevelDirective: false },
      output: {
        // The libraries keep their names when only our sources change: dist/ is
        // committed, and a new query should not commit Monaco again.
        codeSplitting: {
          groups: [{ name: 'graphiql', test: /node_modules\/(?!monaco-editor|monaco-graphql|prettier)/ }],
        },
      },
    },
  },
  worker: { format: 'es' },
});
