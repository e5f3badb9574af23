// The modal that the chosen person has open: focus stays in it, and goes back where it was.
import { pressing } from './acts.js';
import { drawBlocks } from './blocks.js';
import { announce, el, fresh } from './dom.js';
import { plain } from './mrkdwn.js';
import { closeButton } from './people.js';
import { onChange, store } from './store.js';
import { toast } from './toasts.js';

let open = null;

export function watchModal() {
  onChange(({ as, modal }) => {
    if (!modal) return shut();
    const signature = JSON.stringify([as, modal.id, modal.body]);
    if (open?.signature !== signature) {
      redraw(modal, signature);
      showErrors(modal.errors);
    }
    return undefined;
  });
}

function shut() {
  if (!open) return;
  const { dialog, opener } = open;
  open = null;
  dialog.close();
  dialog.remove();
  // What opened it may have been drawn anew since.
  const heir = opener?.isConnected ? opener : opener?.dataset?.focus && document.querySelector(`[data-focus="${CSS.escape(opener.dataset.focus)}"]`);
  // Anew, even where the browser has put it there: otherwise Chromium may type nothing.
  document.activeElement?.blur();
  (heir || document.getElementById('composer') || document.getElementById('place')).focus();
}

function redraw(modal, signature) {
  const { body } = modal;
  const title = fresh('modal');
  const form = drawBlocks(body.blocks, { on: { modal: { view: modal.id } }, values: modal.values });
  const submit = body.submit && el('button', { type: 'submit', class: 'button primary' }, plain(body.submit.text));
  const close = () => pressing(cancel, { kind: 'close', view: modal.id });
  const cancel = el('button', { type: 'button', class: 'button', on: { click: close } }, plain(body.close?.text ?? 'Cancel'));
  const content = el('form', { novalidate: true, on: { submit: (event) => { event.preventDefault(); send(modal, form.inputs, submit); } } },
    el('header', {}, el('h2', { id: title }, plain(body.title.text)), closeButton(close)),
    el('div', { class: 'modal-body', tabindex: '-1' }, form.nodes),
    el('footer', { class: 'ends' }, cancel, submit));
  if (open) {
    open.dialog.replaceChildren(content);
    open.dialog.setAttribute('aria-labelledby', title);
  } else {
    const dialog = el('dialog', { class: 'modal', 'aria-labelledby': title }, content);
    open = { dialog, opener: document.activeElement };
    document.body.append(dialog);
    dialog.addEventListener('cancel', (event) => { event.preventDefault(); open?.close(); });
    dialog.showModal();
  }
  Object.assign(open, { signature, inputs: form.inputs, close });
  const wanted = form.inputs.find((one) => one.element.focus_on_load) ?? form.inputs[0];
  (wanted?.field ?? submit ?? cancel).focus();
}

function send(modal, inputs, button) {
  const errors = Object.fromEntries(inputs.map((one) => [one.block.block_id, wrong(one)]).filter(([, words]) => words));
  showErrors(errors);
  if (Object.keys(errors).length > 0) return focusFirst(errors);
  const values = Object.fromEntries(inputs.map((one) => [one.block.block_id, one.read()]));
  return pressing(button, { kind: 'submit', view: modal.id, values }).then(() => {
    const said = store.state.modal?.id === modal.id ? store.state.modal.errors : {};
    showErrors(said);
    if (Object.keys(said).length > 0) focusFirst(said);
  });
}

/** What Slack's own client would not send. */
function wrong({ block, element, read, field }) {
  const value = read();
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  // A date that is half typed is no date.
  if (field.validity?.badInput) return 'Please complete this field.';
  if (isEmpty) return block.optional ? '' : 'Please complete this required field.';
  const length = [...String(value)].length;
  if (element.min_length && length < element.min_length) return `Please write at least ${element.min_length} characters.`;
  if (element.max_length && length > element.max_length) return `Please write at most ${element.max_length} characters.`;
  if (element.type === 'email_text_input' && !/^[^\s@]+@[^\s@]+$/.test(value)) return 'Please enter an e-mail address.';
  if (element.type === 'url_text_input' && !/^https?:\/\/\S+$/.test(value)) return 'Please enter a web address.';
  if (element.type === 'number_input') return wrongNumber(element, value);
  return '';
}

function wrongNumber(element, value) {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) return 'Please enter a number.';
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return 'Please enter a whole number.';
  if (element.min_value !== undefined && number < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value)) return `Please enter ${element.max_value} or less.`;
  return '';
}

function showErrors(errors) {
  for (const { block, field, problem } of open?.inputs ?? []) {
    const words = errors[block.block_id] ?? '';
    problem.textContent = words;
    problem.hidden = !words;
    if (words) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }
}

function focusFirst(errors) {
  const first = open?.inputs.find(({ block }) => errors[block.block_id]);
  first?.field.focus();
  if (first) announce(errors[first.block.block_id], true);
  else toast(Object.values(errors)[0]);
}

