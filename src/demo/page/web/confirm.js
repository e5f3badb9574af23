// "Are you sure?", as an element asks it before it does something.
import { el, fresh } from './dom.js';
import { plain, textObject } from './mrkdwn.js';

/** Promises whether the person goes on. */
export function ask(confirm) {
  return new Promise((resolve) => {
    const title = fresh('confirm');
    const dialog = el('dialog', { class: 'confirm', 'aria-labelledby': title, role: 'alertdialog' },
      el('h2', { id: title }, plain(confirm.title.text)),
      el('div', { class: 'words' }, textObject(confirm.text)),
      el('div', { class: 'ends' },
        el('button', { type: 'button', class: 'button', on: { click: () => end(false) } }, plain(confirm.deny.text)),
        el('button', { type: 'button', class: `button ${confirm.style ?? 'primary'}`, autofocus: true, on: { click: () => end(true) } }, plain(confirm.confirm.text))));
    const end = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    dialog.addEventListener('cancel', (event) => { event.preventDefault(); end(false); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
