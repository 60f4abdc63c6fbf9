// The stages in their order: admit, partition, place, route, tables, images, check.

#include <fmt/format.h>

#include <utility>

#include "mapper/admission.hpp"
#include "mapper/build/core_images.hpp"
#include "mapper/mapper.hpp"
#include "mapper/partition/partitioner.hpp"
#include "mapper/place/placer.hpp"
#include "mapper/route/group_routes.hpp"
#include "mapper/rows/shared_projections.hpp"
#include "mapper/tables/equivalence.hpp"
#include "mapper/tables/table_minimizer.hpp"
#include "models/mapping/check_mapping.hpp"

namespace spikeloom {
namespace {

using Tables = IdVector<TileId, std::vector<RouteEntry>>;

/// What one way to group the keys leads to.
struct Layout {
  KeyPlan plan;
  std::vector<CorePlace> place_of_core;
  std::vector<std::uint32_t> key_base;
  std::string router;
  Tables tables;
};

const LoweredNetwork& admitted(const LoweredNetwork& network,
                               const Chip& chip,
                               const UsableCores& usable,
                               const std::string& file) {
  refuse_unfit_network(network, chip, usable, file);
  return network;
}

class Pipeline {
 public:
  Pipeline(const LoweredNetwork& network,
           const Chip& chip,
           const MapperOptions& options,
           Seed seed,
           const std::string& file,
           const std::function<void(const std::string&, double)>& progress,
           std::vector<bool> shared)
      : network_(network),
        chip_(chip),
        options_(options),
        seed_(seed),
        file_(file),
        progress_(progress),
        usable_(chip),
        view_(admitted(network, chip, usable_, file), file, std::move(shared)),
        profiles_(network) {}

  MappingResult run() {
    MappingResult result;
    result.warnings = overflow_warnings(network_, chip_);
    result.mapping = map();
    tell("check", 0.8);
    check_legal(result.mapping, chip_, "mapping of " + file_);
    check_equivalent(result.mapping, chip_, network_);
    result.quality = measure_quality(result.mapping, chip_);
    for (std::string& warning : deadlock_warnings(result.quality))
      result.warnings.push_back(std::move(warning));
    tell("done", 1.0);
    return result;
  }

 private:
  void tell(const std::string& stage, double fraction) const {
    if (progress_) progress_(stage, fraction);
  }

  Mapping map() {
    const Partition partition = make_partition();
    Layout layout = lay_out(partition);
    tell("images", 0.6);
    Mapping mapping = empty_mapping();
    mapping.cores = build_core_images({view_, profiles_, chip_, file_},
                                      partition,
                                      layout.plan,
                                      layout.key_base,
                                      layout.place_of_core);
    mapping.tables = std::move(layout.tables);
    for (std::size_t i = 0; i < layout.plan.inputs.size(); ++i) {
      const InputPart& part = layout.plan.inputs[i];
      mapping.inputs.push_back(
          {part.population, layout.key_base[partition.cores.size() + i], part.elements, part.port});
    }
    const std::string& chosen = partition.partitioner;
    mapping.stages = {{"partition", chosen.empty() ? options_.partitioner : chosen},
                      {"place", options_.placer},
                      {"route", layout.router},
                      {"tables", options_.table_minimizer}};
    return mapping;
  }

  Partition make_partition() const {
    tell("partition", 0.0);
    const FanIn fan_in(view_);
    return make_stage(partitioners(), options_.partitioner)
        ->partition({view_, fan_in, profiles_, chip_, file_, usable_});
  }

  Mapping empty_mapping() const {
    Mapping mapping;
    mapping.chip_name = chip_.name;
    mapping.width = chip_.topology.width;
    mapping.height = chip_.topology.height;
    for (const LoweredPopulation& population : network_.populations)
      mapping.population_names.push_back(population.name);
    return mapping;
  }

  /// Groups keys as finely as rows, axon entries and routing tables allow.
  Layout lay_out(const Partition& partition) const {
    for (std::size_t grouping = 0;; ++grouping) {
      auto plan = fitting_plan(view_, partition, chip_, usable_, grouping);
      SPIKELOOM_CHECK(plan.has_value(), "a partition's rows and axon entries fit");
      grouping = plan->second;
      Layout layout = lay_out(partition, std::move(plan->first));
      const auto full = fullest_table(layout.tables);
      if (layout.tables[full].size() <= chip_.router.table_entries) return layout;
      if (!fitting_plan(view_, partition, chip_, usable_, grouping + 1))
        fail_full_table(full, layout.tables[full].size());
    }
  }

  Layout lay_out(const Partition& partition, KeyPlan plan) const {
    tell("place", 0.3);
    const auto cores = static_cast<std::uint32_t>(partition.cores.size());
    const PlacementProblem problem = placement_problem(chip_, usable_, plan, cores);
    Layout layout{
        std::move(plan), make_stage(placers(), options_.placer)->place(problem, seed_), {}, {}, {}};
    enter_near_targets(layout.plan, layout.place_of_core, chip_);
    layout.key_base = allocate_keys(layout.plan, layout.place_of_core, chip_, file_);
    tell("route", 0.4);
    const GroupRoutes routes =
        route_groups({chip_, usable_, layout.plan, layout.place_of_core, layout.key_base, file_},
                     options_.router);
    layout.router = routes.router;
    tell("tables", 0.5);
    const auto minimizer = make_stage(table_minimizers(), options_.table_minimizer);
    layout.tables.resize(chip_.tile_count());
    for (const TileId tile : ids_of(layout.tables)) {
      layout.tables[tile] = minimizer->minimize(routes.passing[tile]);
      SPIKELOOM_CHECK(!first_misrouted(layout.tables[tile], routes.passing[tile]),
                      "a minimized table routes as the plain one");
    }
    return layout;
  }

  static TileId fullest_table(const Tables& tables) {
    TileId fullest{0};
    for (const TileId tile : ids_of(tables))
      if (tables[tile].size() > tables[fullest].size()) fullest = tile;
    return fullest;
  }

  [[noreturn]] void fail_full_table(TileId tile, std::size_t entries) const {
    const TilePosition at = chip_.position_of(tile);
    throw InputError(file_,
                     "",
                     fmt::format("tile ({}, {}): {} routing entries, the router has {}",
                                 at.x,
                                 at.y,
                                 entries,
                                 chip_.router.table_entries));
  }

  const LoweredNetwork& network_;
  const Chip& chip_;
  const MapperOptions& options_;
  Seed seed_;
  const std::string& file_;
  const std::function<void(const std::string&, double)>& progress_;
  UsableCores usable_;
  NetworkView view_;
  ProfileIds profiles_;
};

}  // namespace

MappingResult map_network(const LoweredNetwork& network,
                          const Chip& chip,
                          const MapperOptions& options,
                          Seed seed,
                          const std::string& network_file,
                          const std::function<void(const std::string&, double)>& progress) {
  const auto map = [&](const std::vector<bool>& shared) {
    return Pipeline(network, chip, options, seed, network_file, progress, shared).run();
  };
  const auto all_shared = shared_projections(network, chip.core, Sharing::WhereverItCan);
  const auto shared = shared_projections(network, chip.core, Sharing::ByNeed);
  if (shared != all_shared) try {
      return map(shared);
    } catch (const InputError&) {
      // Unrolled convolutions may crowd out others; if all shared ones do too, that is what is
      // said.
    }
  return map(all_shared);
}

}  // namespace spikeloom
