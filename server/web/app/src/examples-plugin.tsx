import { pick, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { examples, type Example } from './examples';

// A sidebar list of the example questions, for whoever has closed their tabs.
function Examples() {
  const { tabs, queryEditor } = useGraphiQL(pick('tabs', 'queryEditor'));
  const { addTab, changeTab } = useGraphiQLActions();

  function open({ query }: Example) {
    const at = tabs.findIndex((tab) => tab.query === query);
    if (at >= 0) {
      changeTab(at);
      return;
    }
    addTab();
    queryEditor?.setValue(query);
  }

  return (
    <section className="onrecord-examples" aria-label="Examples">
      <h2>Examples</h2>
      <ul>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => open(example)}>
              {example.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExamplesIcon() {
  return (
    <svg height="1em" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5h16M4 12h16M4 19h10" strokeLinecap="round" />
    </svg>
  );
}

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: 'Examples', icon: ExamplesIcon, content: Examples };
