#include "mapper/keys/input_ports.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <tuple>

#include "mapper/keys/key_plan.hpp"
#include "mapper/place/tile_distance.hpp"
#include "mapper/rows/shared_projections.hpp"

namespace spikeloom {
namespace {

class PortSplitter {
 public:
  PortSplitter(const LoweredPopulation& population, const Chip& chip)
      : shape_(volume_shape(population)), chip_(chip), port_of_(population.size) {}

  std::vector<std::uint32_t> split(std::vector<std::uint32_t> ports) {
    std::vector<std::uint32_t> elements(port_of_.size());
    std::iota(elements.begin(), elements.end(), 0U);
    halve(elements, ports);
    return std::move(port_of_);
  }

 private:
  using Numbers = std::span<std::uint32_t>;
  static constexpr std::size_t kRows = 1, kColumns = 2;

  void halve(Numbers elements, Numbers ports) {
    if (elements.empty()) return;
    if (ports.size() == 1) {
      for (const std::uint32_t element : elements) port_of_[element] = ports[0];
      return;
    }
    const std::size_t axis = longer_side(elements);
    std::sort(elements.begin(), elements.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(at(a, axis), a) < std::pair(at(b, axis), b);
    });
    std::sort(ports.begin(), ports.end(), [&](std::uint32_t a, std::uint32_t b) {
      return place_along(a, axis) < place_along(b, axis);
    });
    const std::size_t low = ports.size() / 2;
    const std::size_t cut = moved_to_an_end(elements, axis, elements.size() * low / ports.size());
    halve(elements.first(cut), ports.first(low));
    halve(elements.subspan(cut), ports.subspan(low));
  }

  std::uint32_t at(std::uint32_t element, std::size_t axis) const {
    const std::uint32_t plane = shape_[kRows] * shape_[kColumns];
    if (axis == kColumns) return element % shape_[kColumns];
    return axis == kRows ? element % plane / shape_[kColumns] : element / plane;
  }

  std::uint32_t extent(Numbers elements, std::size_t axis) const {
    const auto [low, high] =
        std::ranges::minmax(elements, {}, [&](std::uint32_t element) { return at(element, axis); });
    return at(high, axis) - at(low, axis) + 1;
  }

  /// Rows or columns; channels where there is one position only.
  std::size_t longer_side(Numbers elements) const {
    const std::uint32_t rows = extent(elements, kRows), columns = extent(elements, kColumns);
    if (rows == 1 && columns == 1) return 0;
    return columns >= rows ? kColumns : kRows;
  }

  /// Columns lie along x, rows along y.
  std::tuple<std::uint32_t, std::uint32_t, std::uint32_t> place_along(std::uint32_t port,
                                                                      std::size_t axis) const {
    const TilePosition place = chip_.io.ports[port];
    return axis == kRows ? std::tuple(place.y, place.x, port) : std::tuple(place.x, place.y, port);
  }

  /// The cut that is nearest to `cut` where a row or column ends, if it is near enough.
  std::size_t moved_to_an_end(Numbers elements, std::size_t axis, std::size_t cut) const {
    constexpr std::size_t kParts = 20;
    const auto is_end = [&](std::size_t i) {
      return i > 0 && i < elements.size() && at(elements[i - 1], axis) != at(elements[i], axis);
    };
    for (std::size_t off = 0; off <= elements.size() / kParts; ++off) {
      if (off <= cut && is_end(cut - off)) return cut - off;
      if (is_end(cut + off)) return cut + off;
    }
    return cut;
  }

  const Volume shape_;
  const Chip& chip_;
  std::vector<std::uint32_t> port_of_;
};

/// Links of the packets of one population, by the port at which they would enter.
class EntryCosts {
 public:
  EntryCosts(const Chip& chip, const std::vector<CorePlace>& place_of_core)
      : chip_(chip), place_of_core_(place_of_core), distance_(chip) {}

  /// Of packets that enter at `now` in the plan.
  void add(std::uint32_t now, const PacketGroup& group) {
    auto& costs = costs_[now];
    costs.resize(chip_.io.ports.size());
    for (std::size_t port = 0; port < costs.size(); ++port)
      for (const std::uint32_t core : group.cores)
        costs[port] += group.senders * distance_(chip_.io.ports[port], position_of(core));
  }

  /// The new port of each old one.
  std::map<std::uint32_t, std::uint32_t> exchanged() const {
    std::map<std::uint32_t, std::uint32_t> port_of;
    for (const auto& [port, costs] : costs_) port_of[port] = port;
    while (exchange_any(port_of)) continue;
    return port_of;
  }

 private:
  TilePosition position_of(std::uint32_t core) const {
    return chip_.position_of(place_of_core_[core].tile);
  }

  static constexpr double kNoGain = 1e-6;  ///< what rounding alone may make of 0

  bool exchange_any(std::map<std::uint32_t, std::uint32_t>& port_of) const {
    bool any = false;
    for (auto a = port_of.begin(); a != port_of.end(); ++a)
      for (auto b = std::next(a); b != port_of.end(); ++b) {
        const auto& of_a = costs_.at(a->first);
        const auto& of_b = costs_.at(b->first);
        const double gain = of_a[a->second] + of_b[b->second] - of_a[b->second] - of_b[a->second];
        if (gain <= kNoGain) continue;
        std::swap(a->second, b->second);
        any = true;
      }
    return any;
  }

  const Chip& chip_;
  const std::vector<CorePlace>& place_of_core_;
  TileDistance distance_;
  std::map<std::uint32_t, std::vector<double>> costs_;  ///< by port in the plan, then by port
};

}  // namespace

std::vector<std::uint32_t> ports_of_elements(const LoweredPopulation& population,
                                             const Chip& chip,
                                             const std::vector<std::uint32_t>& ports) {
  return PortSplitter(population, chip).split(ports);
}

void enter_near_targets(KeyPlan& plan,
                        const std::vector<CorePlace>& place_of_core,
                        const Chip& chip) {
  std::map<PopulationId, EntryCosts> costs;
  for (const PacketGroup& group : plan.groups) {
    if (group.source < place_of_core.size()) continue;
    const InputPart& part = plan.inputs[group.source - place_of_core.size()];
    costs.try_emplace(part.population, chip, place_of_core).first->second.add(part.port, group);
  }
  for (const auto& [population, entry_costs] : costs) {
    const auto port_of = entry_costs.exchanged();
    for (InputPart& part : plan.inputs)
      if (part.population == population) part.port = port_of.at(part.port);
  }
}

}  // namespace spikeloom
