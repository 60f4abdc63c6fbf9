#include <algorithm>
#include <set>

#include "models/base/error.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/network/nir.hpp"
#include "models/network/nir_primitives.hpp"

namespace spikeloom {
namespace {

/// HDF5 names hold no '/'; a node of a nested graph becomes "graph.node", as in files that
/// exporters have flattened.
std::string file_name_of(std::string node_name) {
  std::replace(node_name.begin(), node_name.end(), '/', '.');
  return node_name;
}

void refuse_unwritable_names(const Graph& graph, const std::string& path) {
  std::set<std::string> names;
  for (const Node& node : graph.nodes) {
    const std::string name = file_name_of(node.name);
    if (name.empty() || name == ".")
      throw InputError(path, "/node/nodes", "a node cannot be named '" + name + "'");
    if (!names.insert(name).second)
      throw InputError(path, "/node/nodes/" + name, "is the name of two nodes");
  }
}

void write_edges(Hdf5Writer& file, const Graph& graph) {
  std::vector<std::string> names;
  for (const Edge& edge : graph.edges) {
    names.push_back(file_name_of(graph.nodes[edge.from].name));
    names.push_back(file_name_of(graph.nodes[edge.to].name));
  }
  file.write_strings("/node/edges", {graph.edges.size(), 2}, names);
}

}  // namespace

void write_nir(const Graph& graph, const std::string& path) {
  refuse_unwritable_names(graph, path);
  Hdf5Writer file(path);
  file.write_string("/version", "1.0");
  file.write_string("/node/type", "NIRGraph");
  file.group("/node/nodes");
  for (const Node& node : graph.nodes)
    write_primitive(file, "/node/nodes/" + file_name_of(node.name), node.primitive);
  write_edges(file, graph);
  file.finish();
}

}  // namespace spikeloom
