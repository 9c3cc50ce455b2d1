// The state of GraphiQL in the address: /graphiql?query=…&variables=…&operationName=…
// are the parameter names of GraphQL over HTTP, so the same address with
// /graphql in place of /graphiql is the request itself.

export interface Linked {
  query?: string;
  variables?: string;
  operationName?: string;
}

export function readLink(search: string): Linked {
  const params = new URLSearchParams(search);
  const get = (name: string) => params.get(name) || undefined;
  return { query: get('query'), variables: get('variables'), operationName: get('operationName') };
}

export function linkTo(path: string, state: Linked): string {
  const params = new URLSearchParams();
  for (const name of ['query', 'variables', 'operationName'] as const) {
    const value = state[name]?.trim();
    if (value) params.set(name, value);
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}
