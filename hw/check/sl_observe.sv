// Observers: they tell the simulation what moves over the ports of the routers and what the neurons
// do. They change nothing. NAME.observe.svh says how the one of module NAME is connected.

// What a packet does at port `port` of the router of tile `tile`; moves as in sim/rtl/abi.h.
import "DPI-C" function void sl_moved(input int unsigned tile, input int unsigned port,
                                      input int unsigned move, input int unsigned key,
                                      input int unsigned payload);
// A neuron's state after the step `step` of its core, and how often it spiked.
import "DPI-C" function void sl_stepped(input int unsigned key, input int unsigned step,
                                        input int u, input int v, input int unsigned spikes);

module sl_observe_tile #(
  parameter  int unsigned Cores = 1,
  parameter  int unsigned Channels = 1,
  localparam int unsigned Outputs = sl_pkg::PortCore + Cores,
  localparam int unsigned Links = sl_pkg::LinkCount,
  localparam int unsigned Queues = Links * Channels + 1 + Cores,
  localparam int unsigned PacketBits = sl_pkg::PacketBits
) (
  input logic                          clk_i,
  input logic                          rst_ni,
  input logic                          clear_i,     // what moves in this cycle is cleared
  input logic [                  15:0] tile_i,
  input logic [           Outputs-1:0] send_i,
  input logic [Outputs*PacketBits-1:0] leaving_i,
  input logic [            Queues-1:0] push_i,
  input logic [Outputs*PacketBits-1:0] arriving_i
);

  localparam int unsigned Inject = 0;
  localparam int unsigned Hop = 1;
  localparam int unsigned Deliver = 2;
  localparam int unsigned Leave = 4;

  always_ff @(posedge clk_i) begin
    if (rst_ni && !clear_i && send_i != '0) begin
      for (int o = 0; o < Outputs; o++) begin
        if (send_i[o])
          sl_moved(32'(tile_i), o, o < Links ? Hop : o == sl_pkg::PortIo ? Leave : Deliver,
                   leaving_i[o*PacketBits +: 32],
                   32'(leaving_i[o*PacketBits+sl_pkg::PayloadLsb +: sl_pkg::PayloadBits]));
      end
    end
    if (rst_ni && !clear_i && push_i[Queues-1:Links*Channels] != '0) begin
      for (int o = sl_pkg::PortIo; o < Outputs; o++) begin
        if (push_i[Links*Channels+o-sl_pkg::PortIo])
          sl_moved(32'(tile_i), o, Inject, arriving_i[o*PacketBits +: 32],
                   32'(arriving_i[o*PacketBits+sl_pkg::PayloadLsb +: sl_pkg::PayloadBits]));
      end
    end
  end

  logic unused;
  assign unused = ^{push_i, leaving_i, arriving_i};

endmodule

module sl_observe_updates #(
  parameter int unsigned UBits = 24,
  parameter int unsigned VBits = 24,
  parameter int unsigned CountBits = 1,
  parameter int unsigned IndexBits = 1
) (
  input logic                       clk_i,
  input logic                       rst_ni,
  input logic                       clear_i,
  input logic                       steps_i,   // a neuron's state is written
  input logic [sl_pkg::KeyBits-1:0] key_base_i,
  input logic [      IndexBits-1:0] neuron_i,
  input logic [               31:0] step_i,
  input logic [          UBits-1:0] u_i,
  input logic [          VBits-1:0] v_i,
  input logic [      CountBits-1:0] count_i
);

  always_ff @(posedge clk_i) begin
    if (rst_ni && !clear_i && steps_i)
      sl_stepped(key_base_i | 32'(neuron_i), step_i, 32'($signed(u_i)), 32'($signed(v_i)),
                 32'(count_i));
  end

endmodule
