// The texts of this machine's pages. The English ones come with these pages and are no part of the first load; in
// Korean they are a part of the catalogue, which is loaded for its readers only.
import { useText } from "./index";
import { machineEn } from "./machine.en";

export type MachineText = typeof machineEn;

export const useMachineText = (): MachineText => useText().machine ?? machineEn;
