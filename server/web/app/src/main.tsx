import './workers';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { examples } from './examples';
import { EXAMPLES_PLUGIN } from './examples-plugin';
import { LinkButton } from './link-button';
import { readLink } from './link';
import { storage } from './storage';

const linked = readLink(location.search);
const plugins = [EXAMPLES_PLUGIN, HISTORY_PLUGIN, explorerPlugin({})];
const endpoint = new URL('/graphql', location.origin).href;
// Subscriptions go over graphql-transport-ws, which takes the headers as its init's payload.
const fetcher = createGraphiQLFetcher({ url: endpoint, subscriptionUrl: endpoint.replace(/^http/, 'ws') });

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
