// A button that opens a menu: arrow keys, Enter, Escape, and focus back where it was.
import { el } from './dom.js';
import { close, openAt } from './popup.js';

/** `items()`: [{ text, about, run }]. Gives the button. */
export function menuButton(props, face, items) {
  const button = el('button', { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', ...props }, face);
  let box = null;
  const shut = (refocus) => {
    if (!box) return;
    close(box);
    box.remove();
    box = null;
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    if (refocus) button.focus();
  };
  const outside = (event) => {
    if (box && !box.contains(event.target) && !button.contains(event.target)) shut(false);
  };
  const open = () => {
    const rows = items().map((item) => el('button', {
      type: 'button', role: 'menuitem', tabindex: '-1', 'aria-label': item.label,
      on: { click: () => { shut(true); item.run(button); } },
    }, el('span', {}, item.text), item.about && el('small', {}, item.about)));
    box = el('div', { class: 'popup menu', role: 'menu', 'aria-label': button.getAttribute('aria-label') ?? '', on: { keydown } }, rows);
    // Beside the button, so that a dialog around it does not hide it.
    button.after(box);
    openAt(box, button);
    button.setAttribute('aria-expanded', 'true');
    document.addEventListener('pointerdown', outside, true);
    rows[0]?.focus();
  };
  const keydown = (event) => {
    const rows = [...box.querySelectorAll('[role=menuitem]')];
    const at = rows.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      rows.at(to % rows.length).focus();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      shut(true);
    } else if (event.key === 'Tab') {
      shut(true);
    }
  };
  button.addEventListener('click', () => (box ? shut(true) : open()));
  button.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && !box) { event.preventDefault(); open(); }
  });
  return button;
}
