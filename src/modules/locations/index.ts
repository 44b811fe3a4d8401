/** What other modules may use of locations. */
export { Location } from './location.type.ts';
export { groupTree, locationGroupNoun, locationNoun } from './location.reads.ts';
export { ensureLocations, type NamedLocation } from './ensure-locations.ts';
