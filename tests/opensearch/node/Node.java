import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.plugins.Plugin;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.script.expression.ExpressionPlugin;
import org.opensearch.transport.Netty4Plugin;
import org.opensearch.transport.TransportService;

/**
 * One node of OpenSearch on 127.0.0.1, at ports that the system chooses: {@code Node FOLDER PARENT [SEED]}.
 *
 * <p>FOLDER holds its data, and is its name. When the node answers, FOLDER/ports holds "HTTP TRANSPORT". SEED is the
 * TRANSPORT of another node, whose cluster this one joins; without it, it founds a cluster. The node ends when its
 * standard input is closed or the process PARENT is gone, so that it cannot be left behind.
 */
public final class Node {
    /** Those of OpenSearch's usual modules that searchkit needs, and what speaks HTTP. */
    private static final List<Class<? extends Plugin>> MODULES = List.of(
            Netty4Plugin.class, CommonAnalysisPlugin.class, PainlessPlugin.class, ExpressionPlugin.class,
            ReindexPlugin.class);

    public static void main(String[] arguments) throws Exception {
        endWithInput();
        endWithProcess(Long.parseLong(arguments[1]));
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Environment environment = environment(folder, arguments.length > 2 ? arguments[2] : null);
        OpenSearchRunnerNode node = new OpenSearchRunnerNode(environment, MODULES);
        node.start();
        int http = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
        int transport = node.injector().getInstance(TransportService.class).boundAddress().publishAddress().getPort();
        Path ports = Files.writeString(folder.resolve("ports.new"), http + " " + transport);
        Files.move(ports, folder.resolve("ports"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Environment environment(Path folder, String seed) {
        String name = folder.getFileName().toString();
        Settings.Builder settings = Settings.builder()
                .put("cluster.name", "searchkit-tests")
                .put("node.name", name)
                .put("path.home", folder)
                .put("network.host", "127.0.0.1")
                .put("http.port", 0)
                .put("transport.port", 0)
                // a developer's disk may be fuller than a server's should be
                .put("cluster.routing.allocation.disk.threshold_enabled", false);
        if (seed == null) {
            settings.putList("discovery.seed_hosts");
            settings.putList("cluster.initial_cluster_manager_nodes", name);
        } else {
            settings.putList("discovery.seed_hosts", "127.0.0.1:" + seed);
        }
        return InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), null, () -> name);
    }

    private static void endWithInput() {
        // all threads of OpenSearch are daemons: this one keeps the process alive
        new Thread(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException closed) {
                System.err.println(closed);
            }
            Runtime.getRuntime().halt(0);
        }, "input").start();
    }

    /** As well as the end of input: a process that was forked from PARENT may hold the other end of the pipe. */
    private static void endWithProcess(long process) {
        ProcessHandle.of(process).ifPresentOrElse(
                parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(0)),
                () -> Runtime.getRuntime().halt(0));
    }
}
