// The package has no types for its languages.
declare module "cronstrue/locales/ko";
