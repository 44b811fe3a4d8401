/** What other modules may use of locations. */
export { Location } from './location.type.ts';
export { groupTree, locationGroupNoun, locationNoun } from './location.reads.ts';
export { ensureLocations, type NamedLocation } from './ensure-locations.ts';
export { importLocations } from './import-locations.service.ts';
export { ImportLocationsPayload } from './import-locations.type.ts';
export { ImportLocationsInput } from './location.input.ts';
