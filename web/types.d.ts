/** Style sheets are imported for the build's sake alone. */
declare module '*.css';
