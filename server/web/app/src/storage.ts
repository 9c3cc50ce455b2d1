import { createLocalStorage } from '@graphiql/toolkit';

// GraphiQL keeps the headers of a tab only when its settings say so, but those of
// the history and its favourites always, and the Authorization header is a token:
// it would stay readable in the browser for as long as nobody empties it.
const histories = [':queries', ':favorites'];

function withoutHeaders(key: string, value: string) {
  if (!histories.some((end) => key.endsWith(end))) return value;
  try {
    return JSON.stringify(JSON.parse(value), (name, member) => (name === 'headers' ? undefined : member));
  } catch {
    return value; // none of GraphiQL's
  }
}

// A browser that refuses storage gets a page that forgets, not one that fails.
export function storage() {
  try {
    void localStorage.length;
    const local = createLocalStorage({ namespace: 'onrecord' });
    const { setItem } = local;
    local.setItem = (key, value) => setItem(key, withoutHeaders(key, value));
    return local;
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
