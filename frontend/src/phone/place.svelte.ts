/** Where the phone is: one watch for all who ask, with the accuracy that it claims. */
import type { Point } from '../lib/api-types';

export interface Spot {
  point: Point;
  accuracy: number;
  /** When, by the phone's steady clock, ms. */
  steady: number;
}

export const place = $state<{ spot: Spot | null; refused: boolean }>({ spot: null, refused: false });
const OPTIONS = { enableHighAccuracy: true, maximumAge: 2_000, timeout: 60_000 };
type Listener = (spot: Spot) => void;
const listeners = new Set<Listener>();
let watching: number | null = null;

export const canLocate = window.isSecureContext && 'geolocation' in navigator;

export function watchPlace(listener?: Listener): () => void {
  if (listener) listeners.add(listener);
  if (canLocate && watching === null) {
    watching = navigator.geolocation.watchPosition(
      ({ coords }) => {
        const spot: Spot = {
          point: [coords.longitude, coords.latitude],
          accuracy: coords.accuracy,
          steady: performance.now(),
        };
        place.spot = spot;
        place.refused = false;
        for (const one of listeners) one(spot);
      },
      (error) => (place.refused = error.code === error.PERMISSION_DENIED),
      OPTIONS,
    );
  }
  return () => void (listener && listeners.delete(listener));
}
