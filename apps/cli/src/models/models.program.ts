import { type Command } from 'commander';
import { withExamples } from '../program/examples';
import { type CommandRunner } from '../program/session';
import { listOfModels, removeModel, showModel } from './models.command';
import { pushVersion } from './push.command';

export function addModelCommands(program: Command, runner: CommandRunner): void {
  const models = program.command('models').description('push, list, show and remove versions of models');
  addPush(models, runner);
  const list = models
    .command('list')
    .description('all models, or the versions of one')
    .argument('[model]', 'name of a model')
    .action(runner.run(listOfModels));
  withExamples(list, [['nearscore models list phishing', 'its versions, and where they are live']]);
  const show = models
    .command('show')
    .description('one version: checksum, signature, model.json, admission')
    .argument('<model>')
    .argument('<version>')
    .action(runner.run(showModel));
  withExamples(show, [['nearscore models show phishing 1', '']]);
  const rm = models
    .command('rm')
    .description('remove a version that is not deployed')
    .argument('<model>')
    .argument('<version>')
    .action(runner.run(removeModel));
  withExamples(rm, [['nearscore models rm phishing 1', 'refused while a stream needs it']]);
}

function addPush(models: Command, runner: CommandRunner): void {
  const push = models
    .command('push')
    .description('admit a version: it is looked through, loaded and run before it is stored')
    .argument('<model>', 'its name')
    .argument('<version>', 'a whole number from 1; a version never changes')
    .argument('<file>', 'the ONNX file')
    .option('--config <file>', 'model.json; left out, the graph tells all')
    .option('--golden <file>', 'golden.json: records whose right answer is known')
    .option('--sha256 <hex>', 'what the checksum of the ONNX file must be')
    .option('--by <who>', 'who admits it')
    .action(runner.run(pushVersion));
  withExamples(push, [
    ['nearscore models push phishing 2 model.onnx --config model.json', ''],
    ['nearscore models push fraud 1 fraud.onnx --golden golden.json', 'refused when an answer is another'],
  ]);
}
