// node subs.mjs URL: subscriptions by graphql-sse (distinct connections) and
// graphql-ws, and what the protocol over WebSocket refuses.
import { createClient as sse } from 'graphql-sse';
import { createClient as gws, CloseCode } from 'graphql-ws';
import WebSocket from 'ws';
import { check as t, done } from './check.mjs';
const url = process.argv[2];
const sub = 'subscription { revisions(after: 0, first: 2) { seq reason } }';
const wsUrl = url.replace(/^http/, 'ws');
const collect = (c, p, max = 99) =>
  new Promise((res) => {
    const out = [];
    const un = c.subscribe(p, {
      next: (v) => {
        out.push(v);
        if (out.length >= max) un();
      },
      error: (e) => res({ out, e }),
      complete: () => res({ out }),
    });
    setTimeout(() => res({ out, e: 'timeout' }), 8000);
  });
const s = sse({ url, singleConnection: false, retryAttempts: 0 });
let r = await collect(s, { query: sub });
t(
  'sse: subscription streams and completes',
  r.out.length >= 2 && !r.e && r.out.every((x) => x.data && !x.errors),
  JSON.stringify(r).slice(0, 200),
);
r = await collect(s, { query: '{ __typename }' });
t('sse: query over SSE gives one result', r.out.length === 1 && r.out[0].data?.__typename, JSON.stringify(r).slice(0, 200));
r = await collect(s, { query: '{ nope }' });
t('sse: validation error delivered', !!r.out[0]?.errors || !!r.e, JSON.stringify(r).slice(0, 200));
r = await collect(s, { query: sub }, 1);
t('sse: client unsubscribe completes', r.out.length === 1 && !r.e, JSON.stringify(r).slice(0, 120));
s.dispose();
const w = gws({ url: wsUrl, webSocketImpl: WebSocket, retryAttempts: 0, lazyCloseTimeout: 200, keepAlive: 500 });
r = await collect(w, { query: sub });
t(
  'ws: subscription streams and completes',
  r.out.length >= 2 && !r.e && r.out.every((x) => x.data && !x.errors),
  JSON.stringify(r).slice(0, 200),
);
r = await collect(w, { query: '{ __typename }' });
t('ws: query over WS', r.out.length === 1, JSON.stringify(r).slice(0, 200));
r = await collect(w, { query: '{ nope }' });
t('ws: validation error is an error message with GraphQLErrors', Array.isArray(r.e) && r.e[0].message, JSON.stringify(r.e));
r = await collect(w, { query: sub }, 1);
t('ws: client complete stops the stream', r.out.length === 1 && !r.e, JSON.stringify(r).slice(0, 120));
const many = await Promise.all(Array.from({ length: 20 }, () => collect(w, { query: sub })));
t(
  'ws: 20 subscriptions multiplexed',
  many.every((m) => m.out.length >= 2 && !m.e),
);
await w.dispose();
const raw = (proto, msgs, wait = 4500) =>
  new Promise((res) => {
    const k = new WebSocket(wsUrl, proto);
    const got = [];
    k.on('message', (d) => got.push(JSON.parse(d)));
    k.on('open', () => msgs.forEach((m) => k.send(typeof m === 'string' ? m : JSON.stringify(m))));
    k.on('close', (code) => res({ code, got }));
    k.on('error', () => res({ code: 'error', got }));
    setTimeout(() => {
      res({ code: 'open', got });
      k.terminate();
    }, wait);
  });
const P = 'graphql-transport-ws',
  I = { type: 'connection_init' };
for (const [n, proto, msgs, want] of [
  ['4406 on unknown subprotocol', ['graphql-ws-x'], [], [CloseCode.SubprotocolNotAcceptable, 1002, 'error']],
  ['4401 subscribe before init', P, [{ id: '1', type: 'subscribe', payload: { query: sub } }], [4401]],
  ['4429 second init', P, [I, I], [4429]],
  ['4400 garbage', P, ['hello'], [4400]],
  ['4400 unknown type', P, [I, { type: 'wat' }], [4400]],
  [
    '4409 duplicate id',
    P,
    [I, { id: '1', type: 'subscribe', payload: { query: sub } }, { id: '1', type: 'subscribe', payload: { query: sub } }],
    [4409],
  ],
  ['4408 init timeout', P, [], [4408]],
]) {
  const x = await raw(proto, msgs);
  t('ws: ' + n, want.includes(x.code), String(x.code));
}
const pong = await raw(P, [I, { type: 'ping' }], 600);
t(
  'ws: ping answered by pong',
  pong.got.some((m) => m.type === 'pong'),
);
const cross = await new Promise((res) => {
  const k = new WebSocket(wsUrl, P, { origin: 'https://evil.example' });
  k.on('open', () => {
    res('open');
    k.terminate();
  });
  k.on('error', () => res('refused'));
});
t('ws: cross-origin upgrade refused (CSWSH)', cross === 'refused', cross);
done();
