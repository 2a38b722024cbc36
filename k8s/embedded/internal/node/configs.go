package node

// What the components read. {NAMES} are filled in by values().

const containerdConfig = `version = 2
root = "{DATA}/containerd"
state = "{RUN}/containerd"
[grpc]
  address = "{RUN}/containerd.sock"
[debug]
  level = "warn"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = {OOM}
  netns_mounts_under_state_dir = true
  sandbox_image = "{PAUSE}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "{SNAPSHOTTER}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{PLUGINS}"
    conf_dir = "{CONFIGS}/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{CONFIGS}/registry"
`

// Every pod hangs on a routed link of its own. There is no bridge, so that each packet between
// pods passes the node's firewall, where services are translated, whatever the kernel's modules are.
const networkConfig = `{"cniVersion":"0.4.0","name":"datamill","plugins":[
 {"type":"ptp","mtu":{MTU},"ipam":{"type":"host-local","ranges":[[{"subnet":"{PODS}"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
`

// Images are never collected, neither by age nor when the disk is full: no registry has them again.
const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: {NODE}
healthzBindAddress: 127.0.0.1
readOnlyPort: 0
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: {PKI}/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: {PKI}/kubelet.crt
tlsPrivateKeyFile: {PKI}/kubelet.key
containerRuntimeEndpoint: unix://{RUN}/containerd.sock
volumePluginDir: /var/lib/kubelet/plugins/volume
cgroupDriver: cgroupfs
cgroupRoot: /{CGROUP}
failCgroupV1: false
failSwapOn: false
clusterDNS: ["{NODE}"]
clusterDomain: cluster.local
resolvConf: /etc/resolv.conf
maxPods: 250
serializeImagePulls: false
enableDebuggingHandlers: true
enableProfilingHandler: false
systemReserved: {cpu: {CPU}, memory: "{MEMORY}"}
enforceNodeAllocatable: [pods]
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
imageMinimumGCAge: 87600h
evictionHard: {memory.available: 100Mi, nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%", imagefs.inodesFree: "0%"}
evictionPressureTransitionPeriod: 30s
containerLogMaxSize: 10Mi
containerLogMaxFiles: 3
nodeStatusReportFrequency: 5m
`

const dnsConfig = `.:53 {
 bind {NODE}
 errors
 kubernetes cluster.local in-addr.arpa ip6.arpa {
  kubeconfig {CONFIGS}/dns.conf node
  pods insecure
  fallthrough in-addr.arpa ip6.arpa
 }
 forward . /etc/resolv.conf
 cache 30
}
`
