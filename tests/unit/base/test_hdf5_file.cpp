#include <doctest/doctest.h>

#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "models/base/error.hpp"
#include "models/base/hdf5_reader.hpp"
#include "models/base/hdf5_writer.hpp"

using spikeloom::Hdf5Reader;
using spikeloom::Hdf5Writer;
using spikeloom::InputError;

namespace {

/// A file name of its own, removed at the end.
struct TemporaryFile {
  std::string path;
  explicit TemporaryFile(const std::string& stem)
      : path((std::filesystem::temp_directory_path() /
              (stem + "." + std::to_string(::getpid()) + ".h5"))
                 .string()) {}
  ~TemporaryFile() { std::filesystem::remove(path); }
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_everything(const std::string& path) {
  Hdf5Writer writer(path);
  std::vector<std::uint32_t> keys(50'000);
  std::iota(keys.begin(), keys.end(), 4'000'000'000u);
  writer.write<std::uint32_t>("/map/keys", {100, 500}, keys);
  writer.write<double>("/map/scale", {2}, std::vector<double>{0.1, -1e300});
  writer.write<double>("/map/none", {0}, {});
  writer.write_scalar<std::int8_t>("/map/offset", -3);
  writer.write_string("/text", "größe");
  writer.write_strings("/edges", {2, 2}, {"a", "b", "b", "c.1"});
  writer.write_rows<float>("/rows", {{0.5f, 1.5f}, {}, {2.0f}});
  writer.write_attribute("/map", "dt", 1e-3);
  writer.write_attribute("/", "kind", "a test");
  writer.finish();
}

/// One dataset of `extent` doubles made with HDF5's own calls, of which nothing was written.
void declare_unwritten(const std::string& path, hsize_t extent) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(1, &extent, nullptr);
  const hid_t data =
      H5Dcreate2(file, "weight", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dclose(data), H5Sclose(space), H5Fclose(file);
}

}  // namespace

TEST_CASE("an HDF5 file gives back what was written") {
  const TemporaryFile file("everything");
  write_everything(file.path);
  const Hdf5Reader reader(file.path);
  const auto keys = reader.read<std::uint32_t>("/map/keys");
  CHECK(keys.shape == std::vector<std::size_t>{100, 500});
  CHECK(keys.values.at(49'999) == 4'000'049'999u);
  CHECK(reader.read<double>("/map/keys").values.at(1) == 4'000'000'001.0);
  CHECK(reader.read<double>("/map/scale").values == std::vector<double>{0.1, -1e300});
  CHECK(reader.read<double>("/map/none").values.empty());
  CHECK(reader.read_scalar<std::int64_t>("/map/offset") == -3);
  CHECK(reader.shape("/map/offset").empty());
  CHECK(reader.read_string("/text") == "größe");
  CHECK(reader.read_strings("/edges").shape == std::vector<std::size_t>{2, 2});
  CHECK(reader.read_strings("/edges").values == std::vector<std::string>{"a", "b", "b", "c.1"});
  CHECK(reader.shape("/rows") == std::vector<std::size_t>{3});
  CHECK(reader.read_row("/rows", 0) == std::vector<double>{0.5, 1.5});
  CHECK(reader.read_row("/rows", 1).empty());
  CHECK(reader.members("/map") == std::vector<std::string>{"keys", "none", "offset", "scale"});
  CHECK(reader.is_group("/map"));
  CHECK(reader.is_dataset("/map/keys"));
  CHECK_FALSE(reader.exists("/map/nothing"));
  CHECK(reader.read_number_attribute("/map", "dt") == 1e-3);
  CHECK(reader.read_string_attribute("/", "kind") == "a test");
}

TEST_CASE("the same writes give the same bytes, and large arrays are compressed") {
  const TemporaryFile first("first"), second("second");
  write_everything(first.path);
  write_everything(second.path);
  CHECK(bytes_of(first.path) == bytes_of(second.path));
  CHECK(bytes_of(first.path).size() < 100'000);
}

TEST_CASE("a dataset that grows is read back whole") {
  const TemporaryFile file("growing");
  Hdf5Writer writer(file.path);
  std::vector<double> expected;
  for (int i = 0; i < 3; ++i) {
    const std::vector<double> row(6, 1.0 + i);
    writer.append<double>("/a/states", {2, 3}, row);
    expected.insert(expected.end(), row.begin(), row.end());
  }
  writer.finish();
  const auto states = Hdf5Reader(file.path).read<double>("/a/states");
  CHECK(states.shape == std::vector<std::size_t>{3, 2, 3});
  CHECK(states.values == expected);
}

TEST_CASE("an HDF5 file that is not finished leaves nothing") {
  const TemporaryFile file("unfinished");
  {
    Hdf5Writer writer(file.path);
    writer.write_scalar<double>("/x", 1.0);
    CHECK_FALSE(std::filesystem::exists(file.path));
  }
  CHECK_FALSE(std::filesystem::exists(file.path));
  CHECK_FALSE(std::filesystem::exists(file.path + ".part"));
}

TEST_CASE("HDF5 faults name file and path") {
  const TemporaryFile file("faults");
  write_everything(file.path);
  const Hdf5Reader reader(file.path);
  const auto refusal = [&](const auto& read) {
    try {
      read();
    } catch (const InputError& error) {
      CHECK(error.file() == file.path);
      return std::string(error.what()).substr(file.path.size());
    }
    return std::string("no error");
  };
  CHECK(refusal([&] { reader.read<double>("/map/nothing"); }) == "#/map/nothing: is missing");
  CHECK(refusal([&] { reader.read<double>("/map"); }) == "#/map: is a group, expected a dataset");
  CHECK(refusal([&] { reader.members("/text"); }) == "#/text: is a dataset, expected a group");
  CHECK(refusal([&] { reader.read<double>("/text"); }) == "#/text: holds text, expected numbers");
  CHECK(refusal([&] { reader.read_string("/map/scale"); }) ==
        "#/map/scale: holds floating-point numbers, expected text");
  CHECK(refusal([&] { reader.read<std::int32_t>("/map/scale"); }) ==
        "#/map/scale: holds floating-point numbers, expected integers");
  CHECK(refusal([&] { reader.read<std::int32_t>("/map/keys"); }) ==
        "#/map/keys: holds 4000000000, allowed are -2147483648 to 2147483647");
  CHECK(refusal([&] { reader.read_scalar<std::uint8_t>("/map/offset"); }) ==
        "#/map/offset: holds -3, allowed are 0 to 255");
  CHECK(refusal([&] { reader.read_scalar<double>("/map/scale"); }) ==
        "#/map/scale: has 2 elements, expected one");
  CHECK(refusal([&] { reader.read_string("/edges"); }) == "#/edges: has 4 elements, expected one");
  CHECK(refusal([&] { reader.read_row("/map/scale", 0); }) ==
        "#/map/scale: expected a list of variable-length arrays");
  CHECK(refusal([&] { reader.read_row("/rows", 3); }) == "#/rows: has no row 3");
  CHECK(refusal([&] { reader.read_number_attribute("/map", "no"); }) == "#/map@no: is missing");
}

TEST_CASE("what is no HDF5 file is refused") {
  const TemporaryFile file("text");
  CHECK_THROWS_WITH_AS(
      Hdf5Reader{file.path}, (file.path + ": file does not exist").c_str(), InputError);
  std::ofstream(file.path) << "not HDF5";
  CHECK_THROWS_WITH_AS(
      Hdf5Reader{file.path}, (file.path + ": is not an HDF5 file").c_str(), InputError);
  CHECK_THROWS_WITH_AS(
      Hdf5Writer{"/nowhere/x.h5"},
      "/nowhere/x.h5: cannot be created (does its folder exist, and may it be written?)",
      InputError);
}

TEST_CASE("a truncated HDF5 file is refused") {
  const TemporaryFile file("truncated");
  write_everything(file.path);
  std::filesystem::resize_file(file.path, 2000);
  CHECK_THROWS_WITH_AS(
      Hdf5Reader{file.path},
      (file.path + ": cannot be opened as an HDF5 file (damaged, or being written)").c_str(),
      InputError);
}

TEST_CASE("a pipe is no HDF5 file, and nobody waits for it") {
  const TemporaryFile file("pipe");
  REQUIRE(mkfifo(file.path.c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(
      Hdf5Reader{file.path}, (file.path + ": is not an HDF5 file").c_str(), InputError);
}

TEST_CASE("links into other files are not followed") {
  const TemporaryFile file("linking"), other("linked");
  write_everything(other.path);
  const hid_t linking = H5Fcreate(file.path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_external(other.path.c_str(), "/map", linking, "map", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/nowhere", linking, "soft", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(linking);
  const Hdf5Reader reader(file.path);
  CHECK(reader.members("/") == std::vector<std::string>{"map", "soft"});
  CHECK_FALSE(reader.exists("/map"));
  CHECK_FALSE(reader.exists("/soft"));
  for (const std::string path : {"/map", "/soft"})
    CHECK_THROWS_WITH_AS(
        reader.read<double>(path + "/x"),
        (file.path + "#" + path + ": is a link that leads to nothing in this file").c_str(),
        InputError);
}

TEST_CASE("truth values are 0 and 1, and no other enumeration is a number") {
  const TemporaryFile file("truth");
  const hid_t made = H5Fcreate(file.path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t extent = 3;
  const hid_t space = H5Screate_simple(1, &extent, nullptr);
  const auto write = [&](const char* name,
                         const char* yes,
                         const std::array<std::int8_t, 3>& bytes) {
    const hid_t type = H5Tenum_create(H5T_STD_I8LE);
    for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}})
      H5Tenum_insert(type, value == 0 ? "FALSE" : yes, &value);
    const hid_t data = H5Dcreate2(made, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    H5Dclose(data), H5Tclose(type);
  };
  write("mask", "TRUE", {1, 0, 1});
  write("kind", "RED", {1, 0, 1});
  write("odd", "TRUE", {1, 0, 7});
  H5Sclose(space), H5Fclose(made);
  const Hdf5Reader reader(file.path);
  CHECK(reader.read<double>("/mask").values == std::vector<double>{1, 0, 1});
  CHECK(reader.read<std::int32_t>("/mask").values == std::vector<std::int32_t>{1, 0, 1});
  CHECK_THROWS_WITH_AS(reader.read<double>("/kind"),
                       (file.path + "#/kind: holds an enumeration, expected numbers").c_str(),
                       InputError);
  CHECK_THROWS_WITH_AS(reader.read<double>("/odd"),
                       (file.path + "#/odd: holds 7, expected truth values").c_str(),
                       InputError);
}

TEST_CASE("an unknown filter is named") {
  const TemporaryFile file("filter");
  const hid_t made = H5Fcreate(file.path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t extent = 8;
  const hid_t space = H5Screate_simple(1, &extent, nullptr);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, 1, &extent);
  H5Pset_filter(creation, 32000, H5Z_FLAG_OPTIONAL, 0, nullptr);  // LZF, which only h5py has
  const hid_t data =
      H5Dcreate2(made, "weight", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  const std::array<double, 8> values{1};
  H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(data), H5Pclose(creation), H5Sclose(space), H5Fclose(made);
  const std::string refusal =
      file.path +
      "#/weight: is compressed by filter 32000 (), which the HDF5 library does not have";
  CHECK_THROWS_WITH_AS(Hdf5Reader(file.path).read<double>("/weight"), refusal.c_str(), InputError);
}

TEST_CASE("declared sizes are checked before memory is taken") {
  const TemporaryFile file("declared");
  SUBCASE("an absurd size") {
    declare_unwritten(file.path, hsize_t{1} << 40);
    CHECK_THROWS_WITH_AS(Hdf5Reader(file.path).read<double>("/weight"),
                         (file.path + "#/weight: has more than 268435456 elements").c_str(),
                         InputError);
  }
  SUBCASE("a size that was never written") {
    declare_unwritten(file.path, hsize_t{1} << 28);
    CHECK_THROWS_WITH_AS(
        Hdf5Reader(file.path).read<double>("/weight"),
        (file.path + "#/weight: declares 268435456 elements but stores only 0 bytes").c_str(),
        InputError);
  }
}
