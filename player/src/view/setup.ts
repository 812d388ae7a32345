// SPDX-License-Identifier: Apache-2.0
// Links that make an account: #setup=CODE of `segue user setup` the first administrator's, #invitation=CODE of an administrator one more.
import { h } from '../dom';
import type { Session } from '../session';

export function mountSetup(session: Session): void {
  const look = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const [setup, invitation] = [wanted.get('setup'), wanted.get('invitation')];
    if (setup) open('The first account of this platform. It is the administrator’s.', (user, password) => session.setUp(setup, user, password));
    else if (invitation) open('You are invited: choose a name and a password.', (user, password) => session.signUp(invitation, user, password));
  };
  look();
  window.addEventListener('hashchange', look);
}

function open(what: string, make: (user: string, password: string) => Promise<void>): void {
  const user = h('input', { name: 'user', autocomplete: 'username', required: true });
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'new-password', minlength: '8', required: true });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const form = h(
    'form',
    { class: 'setup-form' },
    h('h2', {}, 'Your account'),
    h('p', {}, what),
    h('label', {}, 'Name', user),
    h('label', {}, 'Password, 8 characters or more', password),
    h('button', { type: 'submit', class: 'quiet play-all' }, 'Make the account'),
    problem,
  );
  const dialog = h('dialog', { class: 'setup' }, form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    make(user.value, password.value)
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
