// The elements of Block Kit that one can press, choose and fill in.
import { perform, pressing } from './acts.js';
import { ask } from './confirm.js';
import { el, fresh } from './dom.js';
import { menuButton } from './menu.js';
import { link, plain, textObject } from './mrkdwn.js';
import { drawSelect } from './selects.js';
import { entryOf, place } from './surface.js';
import { toLocal, toSeconds } from './time.js';

/**
 * Draws an element. `context`: { on, block, values, input, labelled }. `input` is set in an input block: then nothing
 * is sent before the form is. Gives { node, field, read }: `read()` is its value, as acts take it.
 */
export function drawElement(element, context) {
  const draw = KINDS[element.type] ?? (/_select$/.test(element.type) ? select : null);
  const drawn = draw ? draw(element, context) : null;
  return drawn ?? { node: cannot(`An element of type “${element.type}”`) };
}

/** What this page cannot draw is said, never dropped. */
export function cannot(what) {
  return el('span', { class: 'cannot' }, `${what} that this page cannot draw.`);
}

const KINDS = {
  button,
  overflow,
  image: (element) => ({ node: el('span', { class: 'picture', role: 'img', 'aria-label': element.alt_text }, element.alt_text) }),
  checkboxes: (element, context) => boxes(element, context, 'checkbox'),
  radio_buttons: (element, context) => boxes(element, context, 'radio'),
  datepicker: (element, context) => picker(element, context, 'date', 'selected_date'),
  timepicker: (element, context) => picker(element, context, 'time', 'selected_time'),
  datetimepicker: (element, context) => picker(element, context, 'datetime-local', 'selected_date_time'),
  plain_text_input: (element, context) => typed(element, context, 'text'),
  email_text_input: (element, context) => typed(element, context, 'email'),
  url_text_input: (element, context) => typed(element, context, 'url'),
  number_input: (element, context) => typed(element, context, 'number'),
  rich_text_input: (element, context) => typed(element, context, 'rich'),
};

/** What every control carries: what it is called, and how focus finds it again. */
function common(element, context) {
  const label = element.accessibility_label ?? (context.input ? null : element.placeholder?.text ?? context.name);
  return {
    id: fresh('control'),
    'aria-label': context.labelled ? null : label ?? element.type.replaceAll('_', ' '),
    'aria-describedby': context.described ?? null,
    'aria-required': context.input && !context.block.optional ? 'true' : null,
    data: { focus: `${context.block.block_id}/${element.action_id}`, action: element.action_id },
  };
}

/** Sends a choice, after the question that the element asks first, if it asks one. */
async function choose(element, context, value) {
  if (element.confirm && !(await ask(element.confirm))) return false;
  await perform({ kind: 'choose', ...place(context, element), value });
  return true;
}

/** What happens with a new value: it is sent at once, or kept for the form. */
function changed(element, context, value) {
  if (!context.input || context.block.dispatch_action) return choose(element, context, value);
  return perform({ kind: 'fill', ...place(context, element), value }, { quiet: true });
}

function button(element, context) {
  const node = el('button', {
    type: 'button', class: `button ${element.style ?? ''}`, ...common(element, context),
    'aria-label': element.accessibility_label ?? null,
    on: {
      click: async () => {
        if (element.confirm && !(await ask(element.confirm))) return;
        await pressing(node, { kind: 'press', ...place(context, element) });
      },
    },
  }, plain(element.text.text));
  if (!element.url) return { node };
  const out = link(element.url, [plain(element.text.text), ' ↗']);
  return { node: out ? el('span', { class: 'button link' }, out) : node };
}

function overflow(element, context) {
  const items = () => element.options.map((option) => ({
    text: plain(option.text.text),
    about: option.description?.text,
    run: async () => {
      await choose(element, context, option.value);
      if (/^https?:/.test(option.url ?? '')) window.open(option.url, '_blank', 'noopener,noreferrer');
    },
  }));
  const props = { class: 'button more', ...common(element, context), 'aria-label': element.accessibility_label ?? 'More actions' };
  return { node: menuButton(props, '⋯', items) };
}

function select(element, context) {
  return drawSelect(element, {
    props: common(element, context),
    entry: entryOf(context, element),
    context,
    clearable: Boolean(context.input && context.block.optional),
    change: (value) => changed(element, context, value),
  });
}

function boxes(element, context, type) {
  const entry = entryOf(context, element);
  const chosen = [entry?.selected_option, ...(entry?.selected_options ?? [])].filter(Boolean).map((option) => option.value);
  const name = fresh('choice');
  const fields = element.options.map((option) => {
    const field = el('input', { type, name, value: option.value, data: { focus: `${name}/${option.value}`, action: element.action_id } });
    field.checked = chosen.includes(option.value);
    return field;
  });
  const read = () => {
    const values = fields.filter((field) => field.checked).map((field) => field.value);
    return type === 'radio' ? values[0] ?? null : values;
  };
  const rows = element.options.map((option, index) => el('label', { class: 'choice' }, fields[index],
    el('span', {}, textObject(option.text), option.description && el('small', {}, textObject(option.description)))));
  const props = common(element, context);
  const node = el('div', {
    ...props, role: type === 'radio' ? 'radiogroup' : 'group', 'aria-labelledby': context.labelled ?? null,
    'aria-required': type === 'radio' ? props['aria-required'] : null, class: 'choices', on: { change: () => changed(element, context, read()) },
  }, rows);
  return { node, field: fields[0], read };
}

function picker(element, context, type, key) {
  const isMoment = type === 'datetime-local';
  const kept = entryOf(context, element)?.[key];
  const field = el('input', { type, class: 'picker', ...common(element, context) });
  field.value = kept ? (isMoment ? toLocal(kept) : kept) : '';
  const read = () => (field.value ? (isMoment ? toSeconds(field.value) : field.value) : null);
  let sent = field.value;
  const send = () => {
    if (field.value !== sent && (field.value || context.input)) {
      sent = field.value;
      changed(element, context, read());
    }
  };
  // Whoever types a date passes through dates that they do not mean: those wait until they leave, or press Enter.
  let isTyping = false;
  field.addEventListener('keydown', (event) => {
    isTyping = event.key !== 'Enter';
    if (event.key === 'Enter') send();
  });
  field.addEventListener('pointerdown', () => { isTyping = false; });
  field.addEventListener('change', () => { if (!isTyping) send(); });
  field.addEventListener('blur', send);
  return { node: field, field, read };
}

function typed(element, context, kind) {
  const isLong = element.multiline || kind === 'rich';
  const field = el(isLong ? 'textarea' : 'input', {
    type: isLong ? null : { text: 'text', email: 'email', url: 'url', number: 'text' }[kind],
    inputmode: kind === 'number' ? 'decimal' : null, rows: isLong ? '4' : null, dir: 'auto',
    placeholder: element.placeholder?.text, maxlength: element.max_length, ...common(element, context),
  });
  const kept = entryOf(context, element);
  field.value = (kind === 'rich' ? wordsOf(kept?.rich_text_value) : kept?.value) ?? '';
  const read = () => (kind === 'rich' ? richOf(field.value) : field.value);
  field.addEventListener('change', () => perform({ kind: 'fill', ...place(context, element), value: read() }, { quiet: true }));
  if (context.block.dispatch_action) {
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); choose(element, context, read()); }
    });
  }
  return { node: field, field, read, limits: element };
}

const wordsOf = (rich) => rich?.elements?.flatMap((part) => part.elements ?? []).map((part) => part.text ?? '').join('');
const richOf = (text) => (text
  ? { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] }
  : null);
