// Says when the record has got something new about the page's node, and leaves
// it to the reader to look. Asked for by GraphQL over server-sent events, one
// connection for one subscription:
// https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md

const place = document.getElementById('live');
if (place?.dataset.of && place.dataset.seq) follow(place, place.dataset.of, Number(place.dataset.seq));

function follow(place: HTMLElement, of: string, seq: number): void {
  const query = 'subscription Live($of: ID!, $after: Int!) { revisions(of: $of, after: $after) { seq } }';
  let source: EventSource | undefined;
  let entries = 0;

  function open(): void {
    const variables = JSON.stringify({ of, after: seq });
    source = new EventSource(`/graphql?${new URLSearchParams({ query, variables })}`);
    source.addEventListener('next', (event) => {
      const got = (JSON.parse(event.data as string) as { data?: { revisions?: { seq: number } } }).data?.revisions?.seq;
      // A connection that was cut is opened again from where it began.
      if (got === undefined || got <= seq) return;
      seq = got;
      entries++;
      show();
    });
    source.addEventListener('complete', () => close());
  }
  function close(): void {
    source?.close();
    source = undefined;
  }
  function show(): void {
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = 'Show';
    link.addEventListener('click', (event) => {
      event.preventDefault();
      location.reload();
    });
    place.replaceChildren(`${entries} new ${entries === 1 ? 'entry' : 'entries'} about this. `, link);
    place.classList.add('shown');
  }

  // A browser has six connections to a host over HTTP/1.1, for all of its tabs:
  // a page that nobody looks at holds none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else if (!source) open();
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => {
    if (event.persisted && !source) open();
  });
  if (!document.hidden) open();
}
