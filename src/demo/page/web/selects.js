// The selects of Block Kit, each with its own choices, on the one combobox.
import { combobox } from './combobox.js';
import { plain } from './mrkdwn.js';
import { perform } from './acts.js';
import { place } from './surface.js';
import { person, store } from './store.js';
import { titleOf } from './names.js';
import { city } from './time.js';

/** How Slack keeps what is chosen in each family: the key for one, the key for several. */
const KEYS = {
  static: ['selected_option', 'selected_options'],
  external: ['selected_option', 'selected_options'],
  users: ['selected_user', 'selected_users'],
  conversations: ['selected_conversation', 'selected_conversations'],
  channels: ['selected_channel', 'selected_channels'],
};

/** A select of any kind. `entry`: what is chosen, as Slack writes it; `change(value)`: what to send. */
export function drawSelect(element, { props, entry, context, clearable, change }) {
  const several = element.type.startsWith('multi_');
  const family = element.type.replace('multi_', '').replace('_select', '');
  const isOptions = family === 'static' || family === 'external';
  const kept = entry?.[KEYS[family][several ? 1 : 0]];
  const chosen = (several ? kept ?? [] : [kept]).filter(Boolean);
  const send = (options) => options.map((one) => (family === 'external' ? one.raw : one.value));
  const box = combobox({
    props,
    placeholder: element.placeholder?.text,
    groups: choices(family, element, context),
    chosen: chosen.map((one) => (isOptions ? asOption(one) : asPlace(one))),
    several,
    most: element.max_selected_items,
    clearable,
    change: (options) => change(several ? send(options) : send(options)[0] ?? null),
  });
  const read = () => (several ? send(box.chosen()) : send(box.chosen())[0] ?? null);
  return { node: box.node, field: box.field, read };
}

function asOption(option) {
  return { value: option.value, text: plain(option.text.text), about: option.description?.text, raw: option };
}

/** A person or a conversation, by its id. */
function asPlace(id) {
  const known = store.state?.conversations.find((one) => one.id === id);
  return { value: id, text: known ? titleOf(known) : person(id).name };
}

function choices(family, element, context) {
  if (family === 'external') return (query) => suggested(query, element, context);
  if (family === 'static') {
    const groups = element.option_groups ?? [{ options: element.options ?? [] }];
    return groups.map((group) => ({ label: group.label?.text, options: group.options.map(asOption) }));
  }
  if (family === 'users') {
    const people = store.world.users.filter((user) => user.playable);
    return [{ options: people.map((user) => ({ value: user.id, text: user.name, about: [user.title, city(user.zone)].filter(Boolean).join(', ') })) }];
  }
  const open = store.state.conversations.filter((one) => family === 'conversations' || one.kind === 'public');
  return [{ options: open.map((one) => ({ value: one.id, text: titleOf(one) })) }];
}

/** Duet says what there is, from the length on that it set. */
async function suggested(query, element, context) {
  const least = element.min_query_length ?? 3;
  if (query.length < least) return { found: [], note: `Type ${least === 1 ? 'a letter' : `${least} letters`} or more` };
  const answer = await perform({ kind: 'suggest', ...place(context, element), query });
  const groups = answer.options?.option_groups ?? [{ options: answer.options?.options ?? [] }];
  return { found: groups.map((group) => ({ label: group.label?.text, options: (group.options ?? []).map(asOption) })) };
}
