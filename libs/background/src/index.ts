export { BackgroundTask } from './background-task';
