import { useEffect, useRef } from 'react';
import { ToolbarButton, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { linkTo } from './link';

// Keeps the address bar a link to what is in the active tab, and copies it.
// The address stays bare until something is edited or another tab is chosen.
export function LinkButton({ operationName: wanted }: { operationName?: string }) {
  const { tabs, activeTabIndex, operations } = useGraphiQL(pick('tabs', 'activeTabIndex', 'operations'));
  const { setOperationName } = useGraphiQLActions();
  const tab = tabs[activeTabIndex];
  const link = linkTo(location.pathname, {
    query: tab?.query ?? undefined,
    variables: tab?.variables ?? undefined,
    operationName: operations && operations.length > 1 ? (tab?.operationName ?? undefined) : undefined,
  });

  const shown = useRef(link);
  useEffect(() => {
    if (link === shown.current) return;
    shown.current = link;
    history.replaceState(history.state, '', link);
  }, [link]);

  // The operation that the link names is chosen once, when the document is parsed.
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current || !wanted || !operations) return;
    asked.current = true;
    if (operations.some((operation) => operation.name?.value === wanted)) setOperationName(wanted);
  }, [wanted, operations, setOperationName]);

  return (
    <ToolbarButton
      label="Copy link to this query"
      onClick={() => void navigator.clipboard?.writeText(new URL(link, location.href).href)}
    >
      <LinkIcon />
    </ToolbarButton>
  );
}

function LinkIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M6.5 9.5l3-3M7 4.5l1.3-1.3a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5l-1.3 1.3a2.8 2.8 0 0 1-4-4L5 7.5" strokeLinecap="round" />
    </svg>
  );
}
