#include <doctest/doctest.h>

#include <set>

#include "models/technology/actions.hpp"

using namespace spikeloom;

TEST_CASE("every action has its own name, a meaning and a component") {
  const std::set<std::string> components = {"core", "memory", "router", "link", "io", "barrier"};
  std::set<std::string> names, used;
  for (std::size_t i = 0; i < kActionCount; ++i) {
    const auto action = static_cast<Action>(i);
    CAPTURE(name_of(action));
    CHECK(names.insert(name_of(action)).second);
    CHECK_FALSE(meaning_of(action).empty());
    CHECK(components.contains(component_of(action)));
    used.insert(component_of(action));
  }
  CHECK(used == components);
}

TEST_CASE("names follow the enumerators") {
  CHECK(name_of(Action::SynapticOperation) == "synaptic_operation");
  CHECK(name_of(Action::NeuronUpdateInactive) == "neuron_update_inactive");
  CHECK(name_of(Action::RingWrite) == "ring_write");
  CHECK(name_of(Action::RouteLookup) == "route_lookup");
  CHECK(name_of(Action::HopNorthSouth) == "hop_north_south");
  CHECK(name_of(Action::BarrierStep) == "barrier_step");
  CHECK(name_of(Action::ConfigurationWord) == "configuration_word");
  CHECK(static_cast<std::size_t>(Action::ConfigurationWord) + 1 == kActionCount);
}

TEST_CASE("counts of two runs add action by action") {
  ActionCounts a, b;
  a[Action::RingRead] = 3;
  b[Action::RingRead] = 4;
  b[Action::QueueRead] = 5;
  a += b;
  CHECK(a[Action::RingRead] == 7);
  CHECK(a[Action::QueueRead] == 5);
  CHECK(a[Action::QueueWrite] == 0);
}
