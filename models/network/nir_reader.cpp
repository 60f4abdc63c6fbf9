#include <algorithm>
#include <map>
#include <set>

#include "models/base/error.hpp"
#include "models/base/hdf5_reader.hpp"
#include "models/base/json_reader.hpp"
#include "models/base/text.hpp"
#include "models/network/nir.hpp"
#include "models/network/nir_primitives.hpp"
#include "models/network/shapes.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kMaxNodes = 1 << 16;
constexpr std::size_t kMaxEdges = 1 << 20;
constexpr std::ptrdiff_t kMaxPorts = 2048;
constexpr int kMaxNesting = 16;  // also ends the reading of groups that link to themselves
constexpr std::size_t kMaxParameters = std::size_t{1} << 27;  // 1 GiB; links may repeat a dataset

/// Where the edges of an outer graph attach: a node, or the ports of a nested graph.
struct Attachment {
  std::vector<NodeId> entries;  ///< edges lead to these
  std::vector<NodeId> exits;    ///< edges leave from these
  bool is_graph = false;
};
using Scope = std::map<std::string, Attachment>;

/// Reads node groups into one flat graph. Input and Output nodes of nested graphs become ports,
/// which join_ports() removes.
class GraphReader {
 public:
  explicit GraphReader(const std::string& path) : file_(path) { graph_.origin = path; }

  Graph read() {
    if (!file_.exists("/node")) file_.fail("/node", "is missing: not a NIR file");
    require_graph("/node");
    read_graph("/node", "", 0);
    join_ports();
    require_input();
    sort_edges();
    return std::move(graph_);
  }

 private:
  void require_graph(const std::string& path) const {
    const std::string type = file_.read_string(path + "/type");
    if (type != "NIRGraph") file_.fail(path + "/type", "is '" + type + "', expected 'NIRGraph'");
  }

  Attachment read_graph(const std::string& path, const std::string& prefix, int depth) {
    if (depth > kMaxNesting)
      file_.fail(path, "is nested deeper than " + std::to_string(kMaxNesting) + " graphs");
    refuse_unknown_members(path);
    Scope scope;
    const std::string nodes = path + "/nodes";
    for (const std::string& name : file_.members(nodes)) {
      require_printable(nodes, name);
      scope[name] = read_node((nodes + "/").append(name), prefix + name, depth);
    }
    read_edges(path + "/edges", scope);
    return ports_of(scope);
  }

  void refuse_unknown_members(const std::string& path) const {
    static const std::set<std::string> kKnown{
        "edges", "input_type", "metadata", "nodes", "output_type", "type"};
    for (const std::string& name : file_.members(path))
      if (!kKnown.contains(name))
        file_.fail(std::string(path).append("/").append(name), "unknown field of a graph");
  }

  /// Names go into reports and messages.
  void require_printable(const std::string& path, const std::string& name) const {
    if (!is_utf8(name))
      file_.fail(path, "holds the name '" + shown_text(name) + "', which is not UTF-8");
    if (holds_control_character(name))
      file_.fail(path,
                 "holds the name '" + without_control_characters(name) +
                     "', which has a control character");
  }

  Attachment read_node(const std::string& path, const std::string& name, int depth) {
    if (++nodes_read_ > kMaxNodes)
      file_.fail(path, "is one node too many: allowed are " + std::to_string(kMaxNodes));
    if (file_.is_dataset(path)) file_.fail(path, "is a dataset, expected a group");
    if (file_.read_string(path + "/type") == "NIRGraph")
      return read_graph(path, name + "/", depth + 1);
    const NodeId id = graph_.nodes.push_back({name, read_primitive(file_, path), {}, {}});
    count_parameters(id, path);
    is_port_.push_back(depth > 0 && (is<node::Input>(id) || is<node::Output>(id)));
    return {{id}, {id}, false};
  }

  void count_parameters(NodeId id, const std::string& path) {
    parameters_ += parameter_count(graph_.nodes[id].primitive);
    if (parameters_ > kMaxParameters)
      file_.fail(path,
                 "makes the network larger than " + std::to_string(kMaxParameters) + " parameters");
  }

  Attachment ports_of(const Scope& scope) const {
    Attachment ports{{}, {}, true};
    for (const auto& [name, attachment] : scope) {
      if (attachment.is_graph) continue;
      const NodeId id = attachment.entries.front();
      if (is<node::Input>(id)) ports.entries.push_back(id);
      if (is<node::Output>(id)) ports.exits.push_back(id);
    }
    return ports;
  }

  void read_edges(const std::string& path, const Scope& scope) {
    const std::vector<std::size_t> shape = file_.shape(path);
    if (volume_of(shape) == 0) return;
    if (shape.size() != 2 || shape[1] != 2)
      file_.fail(path, "has shape " + to_string(shape) + ", expected (edges, 2)");
    if (shape[0] > kMaxEdges - graph_.edges.size())
      file_.fail(path, "has more than " + std::to_string(kMaxEdges) + " edges");
    const std::vector<std::string> names = file_.read_strings(path).values;
    for (const std::string& name : names) require_printable(path, name);
    for (std::size_t i = 0; i < names.size(); i += 2) add_edge(path, scope, names[i], names[i + 1]);
  }

  void add_edge(const std::string& path,
                const Scope& scope,
                const std::string& from,
                const std::string& to) {
    const std::string edge = "edge '" + from + "' -> '" + to + "'";
    const Attachment& source = attachment(path, scope, edge, from);
    const Attachment& target = attachment(path, scope, edge, to);
    graph_.edges.push_back({only_port(path, edge, from, source.exits, "Output"),
                            only_port(path, edge, to, target.entries, "Input")});
  }

  const Attachment& attachment(const std::string& path,
                               const Scope& scope,
                               const std::string& edge,
                               const std::string& name) const {
    const auto found = scope.find(name);
    if (found != scope.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [known, unused] : scope) names.push_back(known);
    const std::string nearest = nearest_word(name, names);
    file_.fail(path,
               edge + ": there is no node '" + name + "'" +
                   (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
  }

  /// An edge names a nested graph, not its ports, so there must be one.
  NodeId only_port(const std::string& path,
                   const std::string& edge,
                   const std::string& name,
                   const std::vector<NodeId>& ports,
                   const std::string& kind) const {
    if (ports.size() != 1)
      file_.fail(path,
                 edge + ": the graph '" + name + "' has " + std::to_string(ports.size()) + " " +
                     kind + " nodes, expected one");
    return ports.front();
  }

  /// Replaces each port by edges from all that lead to it to all it leads to.
  void join_ports() {
    if (std::count(is_port_.begin(), is_port_.end(), true) > kMaxPorts)
      file_.fail("/node/nodes",
                 "has more than " + std::to_string(kMaxPorts) +
                     " Input and Output nodes in nested graphs");
    for (const NodeId id : ids_of(graph_.nodes))
      if (is_port_[index_of(id)]) join_port(id);
    drop_ports();
  }

  void join_port(NodeId port) {
    std::vector<NodeId> sources, targets;
    std::vector<Edge> edges;
    for (const Edge& edge : graph_.edges) {
      if (edge.from == port && edge.to == port) fail_at(port, "is on a cycle without a neuron");
      if (edge.to == port) sources.push_back(edge.from);
      if (edge.from == port) targets.push_back(edge.to);
      if (edge.from != port && edge.to != port) edges.push_back(edge);
    }
    if (edges.size() + sources.size() * targets.size() > kMaxEdges)
      fail_at(port, "joins more than " + std::to_string(kMaxEdges) + " edges");
    for (const NodeId from : sources)
      for (const NodeId to : targets) edges.push_back({from, to});
    graph_.edges = std::move(edges);
  }

  void drop_ports() {
    IdVector<NodeId, Node> nodes;
    IdVector<NodeId, NodeId> renumbered(graph_.nodes.size());
    for (const NodeId id : ids_of(graph_.nodes))
      if (!is_port_[index_of(id)]) renumbered[id] = nodes.push_back(std::move(graph_.nodes[id]));
    graph_.nodes = std::move(nodes);
    for (Edge& edge : graph_.edges) edge = {renumbered[edge.from], renumbered[edge.to]};
  }

  void require_input() const {
    for (const NodeId id : ids_of(graph_.nodes))
      if (is<node::Input>(id)) return;
    file_.fail("/node/nodes", "has no Input node");
  }

  /// Exporters write edges in random order; the same network shall give the same graph.
  void sort_edges() {
    const auto key = [](const Edge& edge) { return std::pair(edge.from, edge.to); };
    std::sort(graph_.edges.begin(), graph_.edges.end(), [&](const Edge& a, const Edge& b) {
      return key(a) < key(b);
    });
    const auto same = std::adjacent_find(
        graph_.edges.begin(), graph_.edges.end(), [&](const Edge& a, const Edge& b) {
          return key(a) == key(b);
        });
    if (same != graph_.edges.end())
      file_.fail("/node/edges",
                 "edge '" + graph_.nodes[same->from].name + "' -> '" + graph_.nodes[same->to].name +
                     "' appears twice");
  }

  template <typename Kind>
  bool is(NodeId id) const {
    return std::holds_alternative<Kind>(graph_.nodes[id].primitive);
  }
  [[noreturn]] void fail_at(NodeId id, const std::string& sentence) const {
    file_.fail(nir_path_of(graph_.nodes[id].name), sentence);
  }

  Hdf5Reader file_;
  Graph graph_;
  std::vector<bool> is_port_;  ///< of each node, while reading
  std::size_t nodes_read_ = 0, parameters_ = 0;
};

}  // namespace

Graph read_nir(const std::string& path) {
  Graph graph = GraphReader(path).read();
  infer_shapes(graph);
  evaluation_order(graph);  // refuses cycles that no step can evaluate
  return graph;
}

}  // namespace spikeloom
