// SPDX-License-Identifier: Apache-2.0
// The link of `segue user setup`, #setup=CODE: whoever opens it becomes the first administrator.
import { h } from '../dom';
import type { Session } from '../session';

export function mountSetup(session: Session): void {
  const look = () => {
    const code = new URLSearchParams(location.hash.slice(1)).get('setup');
    if (code) open(session, code);
  };
  look();
  window.addEventListener('hashchange', look);
}

function open(session: Session, code: string): void {
  const user = h('input', { name: 'user', autocomplete: 'username', required: true });
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'new-password', minlength: '8', required: true });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const form = h(
    'form',
    { class: 'setup-form' },
    h('h2', {}, 'Your account'),
    h('p', {}, 'The first account of this platform; it administrates it.'),
    h('label', {}, 'Name', user),
    h('label', {}, 'Password, 8 characters or more', password),
    h('button', { type: 'submit', class: 'quiet play-all' }, 'Make it'),
    problem,
  );
  const dialog = h('dialog', { class: 'setup' }, form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    session
      .setUp(code, user.value, password.value)
      .then(() => dialog.close())
      .catch((error: Error) => (problem.textContent = error.message));
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    history.replaceState(null, '', location.pathname); // the code is spent, or was not wanted
  });
  document.body.append(dialog);
  dialog.showModal();
}
