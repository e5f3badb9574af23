// Blocks, in the order in which they come. One that cannot be drawn is named.
import { cannot, drawElement } from './elements.js';
import { el, fresh } from './dom.js';
import { mrkdwn, plain, textObject } from './mrkdwn.js';
import { richText } from './richtext.js';

/** `surface`: { on, values, errors }. Gives nodes, and the inputs among them: { block, read, field, … }. */
export function drawBlocks(blocks, surface) {
  const inputs = [];
  const nodes = blocks.map((block) => {
    const draw = KINDS[block.type];
    if (!draw) return el('p', {}, cannot(`A block of type “${block.type}”`), spokenOf(block));
    return draw(block, { on: surface.on, values: surface.values, block }, inputs);
  });
  return { nodes, inputs };
}

/** What a block says of itself, where nothing else can be shown. */
function spokenOf(block) {
  const words = block.alt_text ?? block.title?.text ?? block.text?.text ?? (typeof block.title === 'string' ? block.title : '');
  return words ? ` It says: ${words}` : '';
}

const KINDS = {
  section(block, context) {
    const name = block.text?.text?.split('\n')[0].replace(/[*_~`]/g, '');
    return el('div', { class: 'section' },
      el('div', { class: 'words' },
        block.text && el('div', { dir: 'auto' }, textObject(block.text)),
        block.fields && el('div', { class: 'fields' }, block.fields.map((field) => el('div', { dir: 'auto' }, textObject(field))))),
      block.accessory && el('div', { class: 'accessory' }, drawElement(block.accessory, { ...context, name }).node));
  },
  header: (block) => el('h3', { class: 'block-header', dir: 'auto' }, plain(block.text.text)),
  divider: () => el('hr'),
  context: (block) => el('div', { class: 'context', dir: 'auto' }, block.elements.map((part) => el('span', {},
    part.type === 'image' ? el('span', { class: 'picture small', role: 'img', 'aria-label': part.alt_text }, part.alt_text) : textObject(part)))),
  actions: (block, context) => el('div', { class: 'actions' }, block.elements.map((element) => drawElement(element, context).node)),
  image: (block) => el('figure', { class: 'image' },
    block.title && el('figcaption', {}, plain(block.title.text)),
    // Nothing is fetched from elsewhere: its words stand for it.
    el('span', { class: 'picture', role: 'img', 'aria-label': block.alt_text }, block.alt_text)),
  rich_text: (block) => el('div', { class: 'words', dir: 'auto' }, richText(block.elements)),
  markdown: (block) => el('div', { class: 'words', dir: 'auto' }, mrkdwn(fromMarkdown(block.text))),
  table(block) {
    const rows = block.rows.map((row, index) => el('tr', {}, row.map((cell) => el(index === 0 ? 'th' : 'td',
      { scope: index === 0 ? 'col' : null }, cell.type === 'rich_text' ? richText(cell.elements) : String(cell.text ?? cell.value ?? '')))));
    return el('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Table' }, el('table', {}, rows));
  },
  data_visualization(block) {
    const { segments, series = [{ name: 'Value', data: segments ?? [] }], axis_config: axes } = block.chart;
    const most = Math.max(1, ...series.flatMap((one) => one.data.map((point) => point.value)));
    const names = axes?.categories ?? series[0].data.map((point) => point.label);
    const figure = (one, name) => one.data.find((point) => point.label === name)?.value ?? '';
    const head = el('tr', {}, ['', ...series.map((one) => one.name)].map((name) => el('th', { scope: 'col' }, name)));
    const rows = names.map((name) => el('tr', {}, el('th', { scope: 'row' }, name), series.map((one) => el('td', {},
      el('meter', { min: 0, max: most, value: figure(one, name), 'aria-hidden': 'true' }), ` ${figure(one, name)}`))));
    return el('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': block.title },
      el('table', {}, el('caption', {}, block.title), head, rows));
  },
  input,
};

function input(block, context, inputs) {
  const [label, hint, error] = [fresh('label'), fresh('hint'), fresh('error')];
  const described = [block.hint && hint, error].filter(Boolean).join(' ');
  const drawn = drawElement(block.element, { ...context, input: true, labelled: label, described });
  const target = drawn.field ?? drawn.node;
  const isGroup = /^(checkboxes|radio_buttons)$/.test(block.element.type);
  const caption = el(isGroup || !drawn.field ? 'span' : 'label', { class: 'label', id: label, for: isGroup ? null : target.id },
    plain(block.label.text), block.optional && el('span', { class: 'optional' }, ' (optional)'));
  const problem = el('p', { class: 'error', id: error, hidden: true });
  if (drawn.read) inputs.push({ block, element: block.element, read: drawn.read, field: target, problem });
  return el('div', { class: 'input', data: { block: block.block_id } },
    caption, drawn.node, block.hint && el('p', { class: 'hint', id: hint }, plain(block.hint.text)), problem);
}

/** The little of Markdown that differs from mrkdwn and is common. */
function fromMarkdown(text) {
  return text.replace(/\*\*(.+?)\*\*/g, '*$1*').replace(/^#+ +(.+)$/gm, '*$1*').replace(/^\* +/gm, '• ')
    .replace(/\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g, '<$2|$1>');
}
