// Slack's mrkdwn, drawn as nodes. What cannot be read stays as it was typed.
import { el } from './dom.js';
import { emoji } from './emoji.js';
import { person, store } from './store.js';
import { slackDate } from './time.js';

const MARKS = { '*': 'strong', _: 'em', '~': 's' };
const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Slack escapes these three, and nothing else. */
export function decode(text) {
  return text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** Plain text, with its emoji. */
export function plain(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}

/** A text object of Block Kit. */
export function textObject(object) {
  if (!object) return [];
  return object.type === 'mrkdwn' ? mrkdwn(object.text, object.verbatim) : [plain(object.text)];
}

/** mrkdwn as nodes. `verbatim`: bare addresses stay words. */
export function mrkdwn(text, verbatim = false) {
  return text.split(/```/).flatMap((part, index, all) => {
    const isCode = index % 2 === 1 && index < all.length - 1;
    if (isCode) return [el('pre', {}, el('code', {}, decode(part.replace(/^\n/, ''))))];
    return lines((index % 2 === 1 ? '```' : '') + part, verbatim);
  });
}

/** Quotes and lists are runs of lines that begin alike. */
function lines(text, verbatim) {
  const out = [];
  const runs = [];
  for (const line of text.split('\n')) {
    const quote = line.match(/^(?:&gt;|>) ?(.*)$/);
    const bullet = line.match(/^(?:[•‣◦·]|-) +(.+)$/);
    const number = line.match(/^(\d+)\. +(.+)$/);
    const kind = quote ? 'blockquote' : bullet ? 'ul' : number ? 'ol' : 'text';
    const inner = quote?.[1] ?? bullet?.[1] ?? number?.[2] ?? line;
    const run = runs.at(-1);
    if (run?.kind === kind) run.lines.push(inner);
    else runs.push({ kind, lines: [inner], start: number?.[1] });
  }
  runs.forEach((run, index) => {
    if (run.kind === 'text') {
      // The line breaks around a list are the list's own.
      if (index > 0 && run.lines.length > 1 && run.lines[0] === '') run.lines.shift();
      out.push(...inline(run.lines.join('\n'), verbatim));
    } else if (run.kind === 'blockquote') {
      out.push(el('blockquote', {}, inline(run.lines.join('\n'), verbatim)));
    } else {
      out.push(el(run.kind, { start: run.start }, run.lines.map((line) => el('li', {}, inline(line, verbatim)))));
    }
  });
  return out;
}

function inline(text, verbatim) {
  const out = [];
  let words = '';
  const flush = () => {
    if (words) out.push(...linked(words, verbatim));
    words = '';
  };
  for (let at = 0; at < text.length;) {
    const found = code(text, at) ?? reference(text, at) ?? marked(text, at, verbatim) ?? picture(text, at);
    if (found) {
      flush();
      out.push(found.node);
      at = found.end;
    } else {
      words += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function code(text, at) {
  if (text[at] !== '`') return null;
  const end = text.indexOf('`', at + 1);
  const inner = text.slice(at + 1, end);
  if (end <= at + 1 || inner.includes('\n')) return null;
  return { node: el('code', {}, decode(inner)), end: end + 1 };
}

function picture(text, at) {
  const name = text[at] === ':' && text.slice(at).match(/^:([a-z0-9_+-]+):/);
  const drawn = name && emoji(name[1]);
  return drawn ? { node: el('span', { role: 'img', 'aria-label': name[1].replaceAll('_', ' ') }, drawn), end: at + name[0].length } : null;
}

const isWord = (letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

/** `*bold*`, where it stands at the edges of words. */
function marked(text, at, verbatim) {
  const mark = text[at];
  const tag = MARKS[mark];
  const next = text[at + 1];
  if (!tag || isWord(text[at - 1]) || next === undefined || /\s/.test(next) || next === mark) return null;
  for (let end = at + 2; end < text.length && text[end] !== '\n'; end += 1) {
    if (text[end] === mark && !/\s/.test(text[end - 1]) && !isWord(text[end + 1])) {
      return { node: el(tag, {}, inline(text.slice(at + 1, end), verbatim)), end: end + 1 };
    }
  }
  return null;
}

/** What stands in angle brackets: people, channels, dates, addresses. */
function reference(text, at) {
  if (text[at] !== '<') return null;
  const end = text.indexOf('>', at);
  if (end < at + 2) return null;
  const [target, ...rest] = text.slice(at + 1, end).split('|');
  const label = decode(rest.join('|'));
  const node = refer(target, label);
  return node ? { node, end: end + 1 } : null;
}

function refer(target, label) {
  const id = target.slice(1);
  if (target.startsWith('@')) return mention(id, label);
  if (target.startsWith('#')) return channel(id, label);
  if (target.startsWith('!date^')) {
    const [, seconds, pattern, address] = target.split('^');
    const shown = Number.isFinite(Number(seconds)) ? slackDate(Number(seconds) * 1000, pattern ?? '') : label;
    const time = el('time', { title: label }, shown || label);
    return address ? link(address, [time]) ?? time : time;
  }
  if (target.startsWith('!subteam^')) return usergroup(target.split('^')[1], label);
  if (target.startsWith('!')) return el('span', { class: 'mention' }, `@${label || id}`);
  return link(decode(target), [label || decode(target).replace(/^mailto:/, '')]);
}

export function mention(id, label = '') {
  const name = label || person(id).name;
  return el('span', { class: id === store.here.as ? 'mention mine' : 'mention', dir: 'auto' }, `@${name}`);
}

export function channel(id, label = '') {
  const known = store.world.channels.find((one) => one.id === id);
  const name = `#${known?.name || label || 'a channel'}`;
  const isMine = store.state?.conversations.some((one) => one.id === id);
  return isMine
    ? el('a', { class: 'mention', href: `#/${store.here.as}/${id}` }, name)
    : el('span', { class: 'mention' }, name);
}

export function usergroup(id, label = '') {
  const known = store.world.groups.find((one) => one.id === id);
  return el('span', { class: 'mention' }, known ? `@${known.handle}` : label || '@a group');
}

/** Only addresses that a browser may follow from here. */
export function link(address, children) {
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return null;
  return el('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, children);
}

/** Slack makes links of bare addresses, unless it is told not to. */
function linked(words, verbatim) {
  const text = decode(words);
  if (verbatim) return [text];
  const out = [];
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?)]/g)) {
    out.push(text.slice(from, found.index), link(found[0], [found[0]]));
    from = found.index + found[0].length;
  }
  return [...out, text.slice(from)].filter((part) => part !== '');
}
