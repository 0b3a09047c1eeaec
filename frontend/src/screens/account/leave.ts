/** Signs out here and, where there is one, at the provider of identities. */
import { account } from '../../lib/account';

export async function leave(): Promise<void> {
  const { url } = await account.signOut().catch(() => ({ url: null }));
  location.replace(url ?? '/sign-in');
}
