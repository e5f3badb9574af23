// What the page knows, and its way to the machine that plays Slack.

/** The company, what is seen now, and from where: `here` is { as, at, thread }. */
export const store = { world: null, state: null, here: { as: '', at: 'duet', thread: '' }, listeners: [] };

const people = new Map();

export async function load() {
  store.world = await read('/api/world');
  for (const user of store.world.users) people.set(user.id, user);
}

/** Runs whenever there is a new state. */
export function onChange(listener) {
  store.listeners.push(listener);
}

export function person(id) {
  return people.get(id) ?? { id, name: id, title: '', zone: '', groups: [] };
}

export function me() {
  return person(store.here.as);
}

/** The name by which a colleague is called. */
export function given(id) {
  return person(id).name.split(' ')[0];
}

export function zone() {
  return me().zone || store.world.zone;
}

/** Anew from the machine, for where we are. */
export async function refresh() {
  const { as, at } = store.here;
  const state = await read(`/api/state?${new URLSearchParams({ as, at })}`);
  take(state);
}

/** Whether something happened that this tab has not seen. */
export async function isBehind() {
  const { version } = await read('/api/version');
  return store.state && version !== store.state.version;
}

// Acts go one after the other, in the order in which people do them.
let last = Promise.resolve();
let waiting = 0;

/** Does something, and tells what came of it: { problem, options, news, broken }. */
export function act(what) {
  waiting += 1;
  document.documentElement.dataset.busy = 'yes';
  const { as, at } = store.here;
  const done = last.then(() => send(as, at, what));
  last = done.catch(() => {}).then(() => {
    waiting -= 1;
    if (waiting === 0) delete document.documentElement.dataset.busy;
  });
  return done;
}

async function send(as, at, what) {
  const response = await fetch('/api/act', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as, at, act: what }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.problem ?? `The demo answered with HTTP ${response.status}.`);
  // Whoever went somewhere else meanwhile sees what is there.
  if (as === store.here.as && at === store.here.at) take(answer.state);
  else await refresh();
  return answer;
}

function take(state) {
  if (state.as !== store.here.as || state.at !== store.here.at) return;
  store.state = state;
  for (const listener of store.listeners) listener(state);
}

async function read(address) {
  const response = await fetch(address);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.problem ?? `The demo answered with HTTP ${response.status}.`);
  return answer;
}
