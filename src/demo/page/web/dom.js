// Elements, built node by node: what people typed never becomes markup.

/** An element. `props`: attributes, `class`, `on` (listeners), `data` (data-…); children are nodes or texts. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === 'data') for (const [key, text] of Object.entries(value)) node.dataset[key] = text;
    else if (name === 'class') node.className = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

let counter = 0;

/** An id that no other element has. */
export function fresh(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Text for screen readers alone. */
export function unseen(text) {
  return el('span', { class: 'unseen' }, text);
}

/**
 * Makes `parent` show `items` in order, and leaves alone what has not changed, so that focus, selections and what is
 * being typed stay. Focus in something that changed goes to its successor.
 */
export function reconcile(parent, items, key, make) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const holder = focused?.closest('[data-key]');
  const nodes = items.map((item) => {
    const name = key(item);
    const signature = JSON.stringify(item);
    const known = old.get(name);
    if (known && known.signature === signature) return known;
    const node = make(item);
    node.dataset.key = name;
    node.signature = signature;
    return node;
  });
  const kept = new Set(nodes);
  for (const node of [...parent.children]) if (!kept.has(node)) node.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  if (holder && !holder.isConnected) {
    const heir = nodes.find((node) => node.dataset.key === holder.dataset.key);
    const control = focused.dataset.focus && heir?.querySelector(`[data-focus="${CSS.escape(focused.dataset.focus)}"]`);
    (control ?? heir)?.focus({ preventScroll: true });
  }
  return nodes;
}

/** Says something to whoever cannot see it. */
export function announce(text, urgent = false) {
  const region = document.getElementById(urgent ? 'warned' : 'said');
  region.textContent = '';
  // Said again even where it is the same as before.
  setTimeout(() => { region.textContent = text; }, 50);
}
