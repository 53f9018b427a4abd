import { print } from '../results/print';
import { type BenchSystem, type SystemName, SYSTEMS } from './bench-system';
import { startJet } from './jet.system';
import { startKafka } from './kafka.system';
import { startListener } from './listener.system';
import { startNearscore } from './nearscore.system';
import { startRedisStreams } from './redis-streams.system';
import { startRemote } from './remote.system';
import { type StageOptions } from './stage-options';
import { StageProcesses } from './stage-processes';

type Start = (processes: StageProcesses, options: StageOptions) => Promise<BenchSystem[]>;

const STARTS: Readonly<Record<SystemName, Start>> = {
  'ingest-only': startNearscore,
  nearscore: startNearscore,
  jet: startJet,
  'redis-streams': startRedisStreams,
  'kafka-consumer': startKafka,
  remote: startRemote,
  listener: startListener,
};

/** All systems of a run, side by side on this machine, for one model and one partition count. */
export class BenchStage {
  private constructor(
    readonly systems: readonly BenchSystem[],
    private readonly processes: StageProcesses,
  ) {}

  static async start(options: StageOptions): Promise<BenchStage> {
    const processes = new StageProcesses();
    try {
      const started: BenchSystem[] = [];
      for (const start of new Set(
        SYSTEMS.filter((name) => options.systems.includes(name)).map((name) => STARTS[name]),
      )) {
        started.push(...(await start(processes, options)));
      }
      const systems = started.filter(({ name }) => options.systems.includes(name));
      print(`  started ${systems.map(({ name }) => name).join(', ')}`);
      return new BenchStage(systems, processes);
    } catch (error) {
      await processes.stop();
      throw error;
    }
  }

  /** Of every server process, whoever's. */
  get pids(): number[] {
    return this.processes.pids;
  }

  stop(): Promise<void> {
    return this.processes.stop();
  }
}
