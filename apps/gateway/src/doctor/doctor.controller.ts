import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { DoctorService } from './doctor.service';
import { DoctorReport } from './finding';

@ApiTags('health')
@Controller('v1/doctor')
export class DoctorController {
  constructor(private readonly doctor: DoctorService) {}

  @Get()
  @ApiOperation({
    summary: 'What is wrong with the cluster, and what to do: settings, headroom, versions, models, clocks',
  })
  @Answer(200, 'The worst status of all findings, and each of them. It takes as long as a heartbeat.', EXAMPLES.doctor)
  examine(): Promise<DoctorReport> {
    return this.doctor.examine();
  }
}
