// SPDX-License-Identifier: Apache-2.0
// Who listens: nobody (a guest), or a user of the catalog. Kept for this tab only: a refresh token is good once, and two tabs that share one
// would end the session of both.
export interface Tokens {
  access_token: string;
  refresh_token: string;
}

const kKept = 'refresh-token';

export class Session extends EventTarget {
  private access = '';
  private renewing: Promise<boolean> | undefined;

  get isSignedIn(): boolean {
    return sessionStorage.getItem(kKept) !== null;
  }

  // Error: why not, for a person.
  async signIn(user: string, password: string): Promise<void> {
    const response = await post('api/v1/sessions', { user, password });
    if (response.status === 429) throw new Error('Too many attempts. Wait a moment, then try again.');
    if (response.status === 401) throw new Error('This name and password do not belong together.');
    if (!response.ok) throw new Error(`The platform answered ${response.status}, try again.`);
    this.keep((await response.json()) as Tokens);
    this.dispatchEvent(new Event('change'));
  }

  // The first administrator, by the one-time code of `segue user setup`; they are signed in. Error: why not, for a person.
  setUp(code: string, user: string, password: string): Promise<void> {
    return this.join('api/v1/setup', { code, user, password }, 'This link is spent or a day old. Make another: segue user setup');
  }

  // Whom an administrator invited; likewise.
  signUp(code: string, user: string, password: string): Promise<void> {
    return this.join('api/v1/sign-up', { code, user, password }, 'This invitation was used, withdrawn, or is a week old. Ask for another.');
  }

  private async join(address: string, account: { code: string; user: string; password: string }, spent: string): Promise<void> {
    const response = await post(address, account);
    if (response.status === 401) throw new Error(spent);
    if (!response.ok) throw new Error(((await response.json().catch(() => ({}))) as { detail?: string }).detail ?? `The platform answered ${response.status}, try again.`);
    await this.signIn(account.user, account.password);
  }

  async signOut(): Promise<void> {
    await this.fetch('api/v1/sessions/current', 'DELETE').catch(() => undefined);
    this.forget();
  }

  // As the user where there is one. A token lives for minutes: a refused one is renewed, and the request repeated, once.
  async fetch(address: string | URL, method = 'GET'): Promise<Response> {
    if (this.isSignedIn && !this.access) await this.renew();
    const response = await this.send(address, method);
    if (response.status !== 401 || !this.isSignedIn || !(await this.renew())) return response;
    return this.send(address, method);
  }

  private send(address: string | URL, method: string): Promise<Response> {
    return fetch(new URL(address, document.baseURI), { method, headers: this.access ? { Authorization: `Bearer ${this.access}` } : {} });
  }

  // Requests that fail together renew together.
  private renew(): Promise<boolean> {
    this.renewing ??= this.renewNow().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async renewNow(): Promise<boolean> {
    const response = await post('api/v1/sessions/refresh', { refresh_token: sessionStorage.getItem(kKept) ?? '' });
    if (response.ok) this.keep((await response.json()) as Tokens);
    else if (response.status === 401) this.forget();
    return response.ok;
  }

  private keep(tokens: Tokens): void {
    this.access = tokens.access_token;
    sessionStorage.setItem(kKept, tokens.refresh_token);
  }

  private forget(): void {
    this.access = '';
    sessionStorage.removeItem(kKept);
    this.dispatchEvent(new Event('change'));
  }
}

function post(address: string, body: unknown): Promise<Response> {
  return fetch(new URL(address, document.baseURI), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}
