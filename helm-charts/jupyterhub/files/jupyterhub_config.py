import json
import os

with open("/etc/jupyterhub/values.json") as file:
    values = json.load(file)
release, notebook = values["release"], values["notebook"]

c = get_config()  # noqa: F821

# --- the hub and its proxy
c.JupyterHub.db_url = "sqlite:////data/jupyterhub.sqlite"
c.JupyterHub.hub_bind_url = "http://:8081"
c.JupyterHub.hub_connect_url = f"http://{release}-hub:8081"
# notebooks go on while the hub restarts
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.JupyterHub.shutdown_on_logout = False
# counts of users and servers, read by the monitoring inside the cluster
c.JupyterHub.authenticate_prometheus = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = f"http://{release}-proxy-api:8001"

# --- who may come in: everyone with the password; the user admin has one of its own
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["USER_PASSWORD"]
c.SharedPasswordAuthenticator.admin_password = os.environ["ADMIN_PASSWORD"]
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {"admin"}
c.Authenticator.username_pattern = "^[a-z][a-z0-9-]{0,30}$"

# --- a notebook is a pod
c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
spawner = c.KubeSpawner
spawner.namespace = values["namespace"]
spawner.start_timeout = notebook["startSeconds"]
spawner.http_timeout = 120
spawner.image_pull_policy = "IfNotPresent"
spawner.image_pull_secrets = [secret["name"] for secret in values["imagePullSecrets"]]
spawner.node_selector = values["nodeSelector"]
spawner.tolerations = values["tolerations"]
spawner.enable_user_namespaces = False
spawner.pod_name_template = f"{release}-{{user_server}}"
spawner.default_url = "/lab"
spawner.cmd = ["tini", "--", "python", "/etc/notebook/start.py"]
spawner.args = [
    f"--ServerApp.shutdown_no_activity_timeout={notebook['idleSeconds']}",
    f"--MappingKernelManager.cull_idle_timeout={notebook['idleSeconds']}",
]
spawner.uid, spawner.gid, spawner.fs_gid = 1000, 100, 100
spawner.allow_privilege_escalation = False
spawner.container_security_context = {"capabilities": {"drop": ["ALL"]}, "allowPrivilegeEscalation": False}
spawner.pod_security_context = {"runAsNonRoot": True, "runAsUser": 1000, "runAsGroup": 100, "fsGroup": 100,
                                "fsGroupChangePolicy": "OnRootMismatch", "seccompProfile": {"type": "RuntimeDefault"}}
spawner.extra_pod_config = {"enableServiceLinks": False}
spawner.cpu_guarantee, spawner.cpu_limit = notebook["cpu"]["guarantee"], notebook["cpu"]["limit"]
spawner.mem_guarantee, spawner.mem_limit = notebook["memory"]["guarantee"], notebook["memory"]["limit"]
spawner.common_labels = values["labels"]
spawner.extra_labels = {"app.kubernetes.io/component": "notebook"}
if values["spark"]["serviceAccount"]:
    # the driver in a notebook starts executors as pods
    spawner.service_account = values["spark"]["serviceAccount"]
    spawner.automount_service_account_token = True

# --- what is kept between logins
spawner.storage_pvc_ensure = True
spawner.pvc_name_template = f"{release}-{{user_server}}"
spawner.storage_capacity = notebook["storage"]
spawner.storage_access_modes = ["ReadWriteOnce"]
if notebook["storageClass"]:
    spawner.storage_class = notebook["storageClass"]
home = {"name": "home", "persistentVolumeClaim": {"claimName": f"{release}-{{user_server}}"}}
config = {"name": "config", "configMap": {"name": f"{release}-notebook"}}
spawner.volumes = [home, config]
spawner.volume_mounts = [
    {"name": "home", "mountPath": "/home/notebook"},
    {"name": "config", "mountPath": "/etc/notebook"},
    {"name": "config", "mountPath": "/etc/spark"},
]


def before_spawn(spawner):
    """The proof of `datamill verify` leaves nothing behind."""
    if spawner.user.name == "verify":
        spawner.storage_pvc_ensure = False
        spawner.volumes = [{"name": "home", "emptyDir": {}}, config]


spawner.pre_spawn_hook = before_spawn

# --- what a notebook finds in its environment
spawner.environment = values["environment"]

# --- what one can choose from
profiles = [
    ("python_env", "Python", "pandas, scikit-learn, Dask, the lake and the database"),
    ("pyspark_env", "Spark", "the same and Spark, in the notebook or with executors as pods"),
    ("pydl_env", "Deep learning", "the same as Python, and Keras"),
    ("pydl_gpu_env", "Deep learning on a graphics card", "Keras with CUDA"),
]
spawner.profile_list = [
    {
        "slug": slug.replace("_", "-"),
        "display_name": name,
        "description": description,
        "default": slug == "python_env",
        "kubespawner_override": {"image": values["images"][slug]}
        | ({"extra_resource_limits": {"nvidia.com/gpu": "1"}} if "gpu" in slug else {}),
    }
    for slug, name, description in profiles
    if values["images"].get(slug) and (notebook["gpu"] or "gpu" not in slug)
]
