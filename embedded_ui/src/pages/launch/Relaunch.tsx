export { RelaunchPage as default } from "./LaunchPage";
