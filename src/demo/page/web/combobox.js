// A field in which one chooses from a list by typing: for every kind of select. ARIA's combobox with a listbox.
import { el, fresh } from './dom.js';
import { close, openAt } from './popup.js';

/**
 * `groups`: [{ label, options: [{ value, text, about }] }], or a function of what is typed that promises them.
 * `chosen`: the options that are chosen. `change(chosen)` runs when somebody chose. Gives { node, field, chosen() }.
 */
export function combobox({ props = {}, placeholder = '', groups, chosen = [], several = false, most = Infinity, clearable = false, change = () => {} }) {
  const list = el('ul', { class: 'popup listbox', popover: 'manual', role: 'listbox', id: fresh('list'), 'aria-label': placeholder || 'Choices', 'aria-multiselectable': several ? 'true' : null });
  const field = el('input', {
    type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-autocomplete': 'list',
    'aria-expanded': 'false', 'aria-controls': list.id, placeholder: placeholder || 'Choose', ...props,
  });
  const tokens = el('ul', { class: 'tokens', hidden: true });
  const node = el('div', { class: 'combobox' }, tokens, field, list);
  let shown = [];
  let active = -1;
  let asked = 0;
  let isDirty = false;

  const isChosen = (option) => chosen.some((one) => one.value === option.value);
  const settle = () => {
    field.value = several ? '' : chosen[0]?.text ?? '';
    tokens.hidden = chosen.length === 0 || !several;
    if (!several) return;
    tokens.replaceChildren(...chosen.map((option) => el('li', {}, option.text,
      el('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${option.text}`, on: { click: () => { toggle(option); field.focus(); } } }, '×'))));
  };
  const toggle = (option) => {
    if (several) {
      if (isChosen(option)) chosen = chosen.filter((one) => one.value !== option.value);
      else if (chosen.length < most) chosen = [...chosen, option];
    } else {
      chosen = [option];
    }
    settle();
    // Several are told together, when the list closes.
    isDirty = true;
    if (!several || !list.matches(':popover-open')) tell();
  };
  const tell = () => {
    if (isDirty) change(chosen);
    isDirty = false;
  };

  const mark = (to) => {
    shown[active]?.row.classList.remove('active');
    active = to;
    const row = shown[active]?.row;
    row?.classList.add('active');
    row?.scrollIntoView({ block: 'nearest' });
    if (row) field.setAttribute('aria-activedescendant', row.id);
    else field.removeAttribute('aria-activedescendant');
  };
  const shut = () => {
    close(list);
    field.setAttribute('aria-expanded', 'false');
    mark(-1);
    tell();
  };
  const draw = (found, note) => {
    shown = [];
    const rows = [];
    for (const group of found) {
      if (group.label && group.options.length > 0) rows.push(el('li', { role: 'presentation', class: 'group' }, group.label));
      for (const option of group.options) {
        const row = el('li', {
          role: 'option', id: fresh('option'), 'aria-selected': isChosen(option) ? 'true' : 'false',
          on: { pointerdown: (event) => event.preventDefault(), click: () => pick(option) },
        }, el('span', {}, option.text), option.about && el('small', {}, option.about));
        rows.push(row);
        shown.push({ option, row });
      }
    }
    if (shown.length === 0) rows.push(el('li', { role: 'presentation', class: 'nothing' }, note || 'Nothing found'));
    list.replaceChildren(...rows);
    openAt(list, field, true);
    field.setAttribute('aria-expanded', 'true');
    mark(shown.findIndex(({ option }) => isChosen(option)));
  };
  const open = async (query = '') => {
    asked += 1;
    const mine = asked;
    if (typeof groups !== 'function') {
      const fits = (option) => `${option.text} ${option.about ?? ''}`.toLowerCase().includes(query.toLowerCase());
      draw(groups.map((group) => ({ ...group, options: group.options.filter(fits) })));
      return;
    }
    const { found, note } = await groups(query);
    // Somebody typed on, or went away.
    if (mine === asked && document.activeElement === field) draw(found, note);
  };
  const pick = (option) => {
    toggle(option);
    if (several) open();
    else { shut(); field.select(); }
  };

  field.addEventListener('input', () => open(field.value));
  field.addEventListener('click', () => open(several ? field.value : ''));
  field.addEventListener('focus', () => field.select());
  field.addEventListener('blur', () => {
    asked += 1;
    shut();
    if (!several && clearable && field.value === '' && chosen.length > 0) { chosen = []; change(chosen); }
    settle();
  });
  field.addEventListener('keydown', (event) => {
    const isOpen = field.getAttribute('aria-expanded') === 'true';
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (!isOpen) open(several ? field.value : '');
      else if (shown.length > 0) mark((active + step + shown.length + (active < 0 && step < 0 ? 1 : 0)) % shown.length);
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      if (shown[active]) pick(shown[active].option);
      else if (shown.length === 1) pick(shown[0].option);
    } else if (event.key === 'Escape' && isOpen) {
      // The dialog around it stays.
      event.preventDefault();
      event.stopPropagation();
      asked += 1;
      shut();
      settle();
    } else if (event.key === 'Backspace' && several && field.value === '' && chosen.length > 0) {
      toggle(chosen.at(-1));
    }
  });
  settle();
  return { node, field, chosen: () => chosen };
}
