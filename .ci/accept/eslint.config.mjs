// Every rule that @graphql-eslint has for schemas and for Relay, but for those
// that the schema answers otherwise on purpose.
import plugin from '@graphql-eslint/eslint-plugin';

const off = [
  'alphabetize', // the SDL is in order already; arguments stand as they are read
  'input-name', // inputs are named by what they put, and shared by no two mutations
  'no-root-type',
  'no-typename-prefix', // capturedAt and reviewer are what the vocabulary calls them
  'require-deprecation-date',
  'require-nullable-result-in-root', // lists are never null: a failure has the request to itself
  'strict-id-in-types', // PageInfo, payloads and values have no id
];

export default [
  {
    files: ['schema.graphql'],
    languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: './schema.graphql' } } },
    plugins: { '@graphql-eslint': plugin },
    rules: {
      ...plugin.configs['flat/schema-all'].rules,
      ...plugin.configs['flat/schema-relay'].rules,
      ...Object.fromEntries(off.map((name) => [`@graphql-eslint/${name}`, 'off'])),
      // Revisions, gaps, contradictions and edges are paged as well, and are no nodes of the graph.
      '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
    },
  },
];
