// SPDX-License-Identifier: Apache-2.0
// An address that names nothing (removed, or not copied whole) says so. The way back only changes the address: what plays goes on.
import { byId } from '../dom';

export function showLost(isLost: boolean): void {
  byId('lost').hidden = !isLost;
}
