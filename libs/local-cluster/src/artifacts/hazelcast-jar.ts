import { cachedMavenFile } from './maven-file';

const VERSION = '5.7.0';

/** The stock Hazelcast jar. Throws ArtifactError. */
export function hazelcastJar(onFetch: (what: string) => void): Promise<string> {
  return cachedMavenFile(
    {
      artifact: `com.hazelcast:hazelcast:${VERSION}`,
      fileName: `hazelcast-${VERSION}.jar`,
      goal: 'copy',
      sha256: '241ec66cea8491787f68c3336f069ac463877af50bdb7676cd9d538f1940dc33',
    },
    onFetch,
  );
}
