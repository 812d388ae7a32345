// SPDX-License-Identifier: Apache-2.0
// What the operator's API says, asked for again and again. A token is kept for this tab only.
import { parseMetrics, type Sample } from './metrics';

const kApi = './api/v1/operator/';
const kPatienceMs = 5000; // a gateway that holds a question is as silent as one that is not there
const kTokenName = 'operator-token';

export class Refused extends Error {}

export interface TopRow {
  asset: string;
  requests: number;
  hits: number;
  bytes: number;
  hit_bytes: number;
}
export interface ServiceRow {
  name: string;
  healthy: boolean;
  state: string;
  restarts: number;
  detail: string;
}
export interface IngestState {
  queued?: number;
  running?: { file?: string; seconds_done?: number; seconds_total?: number; speed?: number }[];
  published?: number;
  unchanged?: number;
  failed?: number;
  errors?: { file: string; error: string }[];
}
export interface PlatformStatus {
  services: ServiceRow[];
  left_out?: { name: string; why: string }[];
  edges: string[] | null;
  silent_edges: { name: string; seconds: number }[];
  ingest: IngestState | null;
}

export function setToken(token: string): void {
  sessionStorage.setItem(kTokenName, token.trim());
}

async function ask(what: string): Promise<Response> {
  const token = sessionStorage.getItem(kTokenName);
  const answer = await fetch(kApi + what, { cache: 'no-store', signal: AbortSignal.timeout(kPatienceMs), headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (answer.status === 401 || answer.status === 403) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new Refused(token ? (problem.detail ?? 'refused') : '');
  }
  if (!answer.ok) throw new Error(`${what}: ${answer.status}`);
  return answer;
}

export async function metrics(): Promise<Sample> {
  return parseMetrics(await (await ask('metrics')).text(), Date.now());
}
export async function top(): Promise<TopRow[]> {
  return ((await (await ask('top')).json()) as { assets: TopRow[] }).assets;
}
export async function status(): Promise<PlatformStatus> {
  return (await (await ask('status')).json()) as PlatformStatus;
}
