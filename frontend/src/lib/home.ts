/** Which screen a role begins with. A page that somebody asked for by its address counts before it. */
import { account, type Me } from './account';

const HOMES: Record<string, string> = { official: '/board', public: '/report', steward: '/admin' };

export const homeOf = (me: Pick<Me, 'role'>): string => HOMES[me.role] ?? '/';

/** The path for whoever is signed in now; where nobody answers, the map. */
export const goHome = (): Promise<string> => account.me().then(homeOf, () => '/');
