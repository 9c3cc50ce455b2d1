import './workers';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createGraphiQLFetcher, createLocalStorage } from '@graphiql/toolkit';
import { examples } from './examples';
import { EXAMPLES_PLUGIN } from './examples-plugin';
import { LinkButton } from './link-button';
import { readLink } from './link';

const linked = readLink(location.search);
const plugins = [EXAMPLES_PLUGIN, HISTORY_PLUGIN, explorerPlugin({})];
const fetcher = createGraphiQLFetcher({ url: new URL('/graphql', location.origin).href });

// A browser that refuses storage gets a page that forgets, not one that fails.
function storage() {
  try {
    void localStorage.length;
    return createLocalStorage({ namespace: 'onrecord' });
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
      clear: () => kept.clear(),
      get length() {
        return kept.size;
      },
    };
  }
}

// Tabs are kept from visit to visit. Only a first visit gets the examples; a
// link opens as a tab before them, or beside the tabs that were open.
const tabs = examples.map(({ query }) => ({ query }));
const defaultTabs = linked.query ? [{ query: linked.query, variables: linked.variables }, ...tabs] : tabs;

createRoot(document.getElementById('app')!).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    storage={storage()}
    defaultTabs={defaultTabs}
    initialQuery={linked.query}
    initialVariables={linked.query && linked.variables}
    schemaDescription
    inputValueDeprecation
  >
    <GraphiQL.Logo>
      <span className="onrecord-logo">onrecord</span>
    </GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => (
        <>
          {prettify}
          {merge}
          {copy}
          <LinkButton operationName={linked.query && linked.operationName} />
        </>
      )}
    </GraphiQL.Toolbar>
  </GraphiQL>,
);
